using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Chat.Bench.Api;

public sealed record Account(string Username, string Password, string DisplayName);

/// <summary>The public REST API as one signed-in person uses it. Every call may be repeated; a "no" is a <see cref="RefusedException"/>.</summary>
sealed class ChatClient
{
    readonly HttpClient http;
    readonly Account account;
    Session session;

    ChatClient(HttpClient http, Account account, Session session) => (this.http, this.account, this.session) = (http, account, session);

    public Guid UserId => session.UserId;

    public string AccessToken => session.AccessToken;

    /// <summary>Logs in, after registering when there is no such account yet.</summary>
    public static async Task<ChatClient> SignIn(HttpClient http, Account account)
    {
        using var registered = await http.PostAsJsonAsync("v1/accounts", account);
        // 409 is an earlier run's account, or this very request, whose answer was lost
        if (registered.StatusCode != HttpStatusCode.Conflict) await Answered(registered);
        return new(http, account, await LogIn(http, account));
    }

    /// <summary>A group of the caller and others. Its history is shared, so that a late-comer can answer what was said before.</summary>
    public Task<Started> StartGroup(Guid clientConversationId, string name, params IReadOnlyList<Guid> members) =>
        Call<Started>(HttpMethod.Post, "v1/conversations", new { clientConversationId, kind = "group", name, history = "shared", members });

    public Task<Started> StartDirect(Guid other) => Call<Started>(HttpMethod.Post, "v1/conversations", new { kind = "direct", members = new[] { other } });

    public Task<Started> StartChannel(Guid clientConversationId, string name) =>
        Call<Started>(HttpMethod.Post, "v1/conversations", new { clientConversationId, kind = "channel", name, history = "shared", members = Array.Empty<Guid>() });

    public Task AddMember(Guid conversation, Guid user) => Call<JsonElement>(HttpMethod.Put, $"v1/conversations/{conversation}/members/{user}");

    public Task Leave(Guid conversation) => Call<JsonElement>(HttpMethod.Delete, $"v1/conversations/{conversation}/members/me");

    public Task Rename(string displayName) => Call<JsonElement>(HttpMethod.Patch, "v1/users/me", new { displayName });

    public Task<Sent> Send(Guid conversation, Guid clientMessageId, string text, Guid? replyTo) =>
        Call<Sent>(HttpMethod.Post, $"v1/conversations/{conversation}/messages", new { clientMessageId, text, replyTo });

    public Task Edit(Guid conversation, Guid message, string text) =>
        Call<JsonElement>(HttpMethod.Patch, $"v1/conversations/{conversation}/messages/{message}", new { text });

    /// <summary>The newest page of a conversation.</summary>
    public Task<Page> Newest(Guid conversation) => Call<Page>(HttpMethod.Get, $"v1/conversations/{conversation}/messages?limit=50");

    public Task Inbox() => Call<JsonElement>(HttpMethod.Get, "v1/inbox");

    public Task Search(string words) => Call<JsonElement>(HttpMethod.Get, $"v1/search?query={Uri.EscapeDataString(words)}");

    /// <summary>All of a conversation from its first sequence on.</summary>
    /// <param name="atLeast">A position the history must reflect; waited for.</param>
    public async IAsyncEnumerable<Entry> History(Guid conversation, string atLeast)
    {
        var after = -1L;
        Page page;
        do
        {
            page = await Call<Page>(HttpMethod.Get, $"v1/conversations/{conversation}/messages?after={after}&limit=100&atLeast={atLeast}");
            foreach (var entry in page.Entries)
            {
                yield return entry;
                after = entry.Sequence;
            }
        }
        while (page.HasMore);
    }

    async Task<T> Call<T>(HttpMethod method, string path, object? body = null)
    {
        using var answer = await Request(method, path, body);
        if (answer.StatusCode != HttpStatusCode.Unauthorized) return await Read<T>(answer);

        // the access token's time is over
        session = await LogIn(http, account);
        using var again = await Request(method, path, body);
        return await Read<T>(again);
    }

    async Task<HttpResponseMessage> Request(HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", session.AccessToken);
        return await http.SendAsync(request);
    }

    static async Task<Session> LogIn(HttpClient http, Account account)
    {
        using var answer = await http.PostAsJsonAsync("v1/sessions", new { account.Username, account.Password });
        return await Read<Session>(answer);
    }

    static async Task<T> Read<T>(HttpResponseMessage answer)
    {
        await Answered(answer);
        return answer.StatusCode == HttpStatusCode.NoContent ? default! : (await answer.Content.ReadFromJsonAsync<T>())!;
    }

    static async Task Answered(HttpResponseMessage answer)
    {
        if (answer.IsSuccessStatusCode) return;
        var problem = answer.Content.Headers.ContentType?.MediaType == "application/problem+json" ? await answer.Content.ReadFromJsonAsync<JsonElement>() : default;
        throw new RefusedException((int)answer.StatusCode, Text("code") ?? "unknown", Text("detail") ?? Text("title") ?? answer.ReasonPhrase ?? "");

        string? Text(string name) => problem.ValueKind == JsonValueKind.Object && problem.TryGetProperty(name, out var value) ? value.GetString() : null;
    }
}
