using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Chat.Application.Push;

namespace Chat.Tests.EndToEnd;

/// <summary>Someone with an account, over REST.</summary>
sealed class Person(HttpClient http, string name)
{
    const string Password = "correct horse battery";

    string? token;
    Guid own;

    public Guid Id { get; private set; }

    public static async Task<Person> Register(HttpClient http)
    {
        var name = $"e{Guid.NewGuid():N}"[..20];
        using var answer = await http.PostAsJsonAsync("v1/accounts", new { username = name, password = Password, displayName = name });
        answer.EnsureSuccessStatusCode();
        var person = new Person(http, name);
        person.Id = (await person.LogIn()).GetProperty("userId").GetGuid();
        return person;
    }

    /// <summary>A new session; its access token.</summary>
    public async Task<string> Token() => (await LogIn()).GetProperty("accessToken").GetString()!;

    public async Task<Guid> Start(params IEnumerable<Guid> members) => (await Call(HttpMethod.Post, "v1/conversations", new
    {
        clientConversationId = Guid.NewGuid(), kind = "group", name = "e2e", history = "shared", members,
    })).GetProperty("id").GetGuid();

    public async Task<long> Unread(Guid conversation, string atLeast) =>
        (await Call(HttpMethod.Get, $"v1/inbox?atLeast={atLeast}")).GetProperty("items").EnumerateArray()
            .Single(item => item.GetProperty("conversationId").GetGuid() == conversation).GetProperty("unread").GetInt64();

    /// <summary>Ends every session of this person but the one that asks.</summary>
    public async Task RevokeDevices()
    {
        var devices = await Call(HttpMethod.Get, "v1/devices");
        foreach (var id in devices.GetProperty("devices").EnumerateArray().Select(static device => device.GetProperty("id").GetGuid()).Where(id => id != own))
        {
            await Call(HttpMethod.Delete, $"v1/devices/{id}");
        }
    }

    /// <summary>Lets a push service tell one of this person's devices what comes while it is away.</summary>
    public async Task Subscribe(PushTarget.WebPush to)
    {
        await SignIn();
        await Call(HttpMethod.Put, $"v1/devices/{own}/push", new { webPush = new { endpoint = to.Endpoint, keys = new { p256dh = to.P256dh, auth = to.Auth } } });
    }

    /// <summary>How far a member has received and read a conversation, as this person may know it.</summary>
    public async Task<(long Delivered, long Read)> ReceiptsOf(Guid conversation, Guid member)
    {
        var receipts = (await Call(HttpMethod.Get, $"v1/conversations/{conversation}/receipts")).GetProperty("members").EnumerateArray();
        var mine = receipts.Single(receipt => receipt.GetProperty("userId").GetGuid() == member);
        return (mine.GetProperty("delivered").GetInt64(), mine.GetProperty("read").GetInt64());
    }

    public Task HidePresence(bool hidden = true) => Call(HttpMethod.Put, "v1/users/me/presence", new { hidden });

    public Task HideReadReceipts() => Call(HttpMethod.Put, "v1/users/me/read-receipts", new { hidden = true });

    public Task Remove(Guid conversation, Guid member) => Call(HttpMethod.Delete, $"v1/conversations/{conversation}/members/{member}");

    /// <summary>The messages of a conversation, in order, as of a position.</summary>
    public async Task<List<Message>> History(Guid conversation, string atLeast)
    {
        var (messages, after, more) = (new List<Message>(), -1L, true);
        while (more)
        {
            var page = await Call(HttpMethod.Get, $"v1/conversations/{conversation}/messages?after={after}&limit=100&atLeast={atLeast}");
            foreach (var entry in page.GetProperty("entries").EnumerateArray())
            {
                after = entry.GetProperty("sequence").GetInt64();
                if (entry.TryGetProperty("message", out var message) && message.ValueKind == JsonValueKind.Object)
                {
                    messages.Add(new(message.GetProperty("clientMessageId").GetGuid(), message.GetProperty("id").GetGuid(), after, message.GetProperty("text").GetString()));
                }
            }
            more = page.GetProperty("hasMore").GetBoolean();
        }
        return messages;
    }

    async Task<JsonElement> Call(HttpMethod method, string path, object? body = null)
    {
        await SignIn();
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {(int)answer.StatusCode} {text}");
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }

    async Task SignIn()
    {
        if (token is not null) return;
        var session = await LogIn();
        (token, own) = (session.GetProperty("accessToken").GetString(), session.GetProperty("deviceId").GetGuid());
    }

    async Task<JsonElement> LogIn()
    {
        using var answer = await http.PostAsJsonAsync("v1/sessions", new { username = name, password = Password });
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }
}

/// <summary>A message as somebody knows it: from an acknowledgement, a push or the history.</summary>
sealed record Message(Guid ClientId, Guid Id, long Sequence, string? Text);
