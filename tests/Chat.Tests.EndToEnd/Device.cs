using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.AspNetCore.SignalR.Client;

namespace Chat.Tests.EndToEnd;

/// <summary>A connected device, over JSON; keeps what is pushed to it.</summary>
sealed class Device : IAsyncDisposable
{
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    readonly ConcurrentQueue<JsonElement> entries = new();
    readonly ConcurrentQueue<JsonElement> receipts = new();
    readonly ConcurrentDictionary<Guid, long> heads = [];
    readonly ConcurrentDictionary<Guid, string> presence = [];
    readonly ConcurrentDictionary<Guid, bool> typists = [];
    readonly SemaphoreSlim arrived = new(0);
    WebSocket? socket;

    Device(HubConnection connection)
    {
        Connection = connection;
        connection.On<JsonElement>("entries", batch =>
        {
            foreach (var entry in batch.EnumerateArray()) entries.Enqueue(entry.Clone());
            arrived.Release();
        });
        connection.On<JsonElement>("receipts", batch =>
        {
            foreach (var receipt in batch.EnumerateArray()) receipts.Enqueue(receipt.Clone());
            arrived.Release();
        });
        connection.On<JsonElement>("heartbeat", heartbeat =>
        {
            foreach (var head in heartbeat.GetProperty("heads").EnumerateArray()) heads[head.GetProperty("conversationId").GetGuid()] = head.GetProperty("sequence").GetInt64();
            arrived.Release();
        });
        connection.On<JsonElement>("presence", Know);
        connection.On<JsonElement>("typing", typing =>
        {
            typists[typing.GetProperty("userId").GetGuid()] = true;
            arrived.Release();
        });
        connection.On<JsonElement>("bye", bye =>
        {
            (Bye, ByeAfter) = (bye.GetProperty("code").GetString(), TimeSpan.FromMilliseconds(bye.GetProperty("afterMs").GetInt32()));
            arrived.Release();
        });
        connection.Closed += _ =>
        {
            closed.TrySetResult();
            arrived.Release();
            return Task.CompletedTask;
        };
    }

    readonly TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public HubConnection Connection { get; }
    public IReadOnlyList<JsonElement> Entries => [.. entries];
    public IReadOnlyList<JsonElement> Receipts => [.. receipts];

    /// <summary>How far a user has "delivered" or "read", as last told; null when it was not.</summary>
    public long? Told(Guid user, string field) => receipts.Where(receipt => receipt.GetProperty("userId").GetGuid() == user)
        .Select(receipt => receipt.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt64() : (long?)null)
        .LastOrDefault(static upTo => upTo is not null);

    /// <summary>Why the server closed the connection, once it has said so.</summary>
    public string? Bye { get; private set; }

    /// <summary>How late the server wants it back.</summary>
    public TimeSpan ByeAfter { get; private set; }

    public Task Closed => closed.Task;

    public IReadOnlyList<long> MessageSequences =>
        [.. entries.Where(static e => e.GetProperty("type").GetString() == "messageSent").Select(static e => e.GetProperty("sequence").GetInt64())];

    /// <summary>How far the server has said that a conversation has come; -1 when it has not.</summary>
    public long HeadOf(Guid conversation) => heads.GetValueOrDefault(conversation, -1);

    /// <summary>As the server has last said, asked or by itself.</summary>
    public string? PresenceOf(Guid user) => presence.GetValueOrDefault(user);

    public ICollection<Guid> Typists => typists.Keys;

    /// <summary>A device of its own: with a session of its own.</summary>
    public static async Task<Device> Connect(AppProcess app, Person person) => await Connect(app, await person.Token());

    public static async Task<Device> Connect(AppProcess app, string token)
    {
        WebSocket? socket = null;
        var device = new Device(new HubConnectionBuilder()
            .WithUrl(new Uri(app.Address, "v1/live"), options =>
            {
                options.AccessTokenProvider = () => Task.FromResult<string?>(token);
                options.WebSocketFactory = async (context, ct) =>
                {
                    var opened = new ClientWebSocket();
                    opened.Options.SetRequestHeader("Authorization", $"Bearer {token}");
                    await opened.ConnectAsync(context.Uri, ct);
                    return socket = opened;
                };
            })
            .Build());
        await device.Connection.StartAsync();
        device.socket = socket;
        return device;
    }

    /// <summary>Ends the connection without a word, as a lost network would.</summary>
    public void Cut() => socket!.Abort();

    /// <summary>Watches these users; how they are now.</summary>
    public async Task<List<string>> Watch(params Guid[] users)
    {
        var now = (await Connection.InvokeAsync<JsonElement>("Watch", new { userIds = users })).GetProperty("users");
        Know(now);
        return [.. now.EnumerateArray().Select(static user => user.GetProperty("state").GetString()!)];
    }

    public Task<JsonElement> Typing(Guid conversation) => Connection.InvokeAsync<JsonElement>("Typing", new { conversationId = conversation });

    public Task<JsonElement> Send(Guid conversation, Guid clientMessageId, string text) =>
        Connection.InvokeAsync<JsonElement>("Send", new { conversationId = conversation, clientMessageId, text });

    public Task<JsonElement> Acknowledge(Guid conversation, long upTo) => Connection.InvokeAsync<JsonElement>("Acknowledge", new { conversationId = conversation, upTo });

    public Task<JsonElement> Read(Guid conversation, long upTo) => Connection.InvokeAsync<JsonElement>("Read", new { conversationId = conversation, upTo });

    public async Task<JsonElement> Resume(Guid conversation, long last, string? epoch = null)
    {
        var reply = await Connection.InvokeAsync<JsonElement>("Resume", new { conversations = new Dictionary<string, long> { [conversation.ToString()] = last }, epoch });
        if (!reply.GetProperty("ok").GetBoolean()) throw new InvalidOperationException(reply.GetProperty("code").GetString());
        return reply.GetProperty("conversations").GetProperty(conversation.ToString());
    }

    /// <summary>Waits until what has arrived fulfils the condition.</summary>
    public async Task Until(Func<Device, bool> condition)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        while (!condition(this)) await arrived.WaitAsync(deadline.Token);
    }

    /// <summary>Why it was sent away, once it is gone. SignalR's client may tell of the end before it has called the handler of what came before it.</summary>
    public async Task<string> SentAway()
    {
        await Until(static device => device.Bye is not null);
        await Closed.WaitAsync(Deadline);
        return Bye!;
    }

    void Know(JsonElement users)
    {
        foreach (var user in users.EnumerateArray()) presence[user.GetProperty("userId").GetGuid()] = user.GetProperty("state").GetString()!;
        arrived.Release();
    }

    /// <summary>Asks again, whenever something arrives and at the latest after a moment, until the answer is yes.</summary>
    public async Task Until(Func<Device, Task<bool>> condition)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        while (!await condition(this)) await arrived.WaitAsync(TimeSpan.FromMilliseconds(100), deadline.Token);
    }

    public ValueTask DisposeAsync() => Connection.DisposeAsync();
}
