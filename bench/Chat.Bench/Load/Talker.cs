using System.Diagnostics;
using Chat.Bench.Api;
using MessagePack;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Bench.Load;

/// <summary>One connected person in one room, on either server.</summary>
abstract class Talker(HubConnection connection) : IAsyncDisposable
{
    int repeats; // several may be under way

    /// <summary>Called with each message of others that arrives for the first time.</summary>
    public Action<Said>? Received { get; set; }

    public Ear Ear { get; } = new();

    /// <summary>Whether it reads what arrives, as far as the server knows receipts.</summary>
    public bool Reads { get; set; }

    protected HubConnection Connection { get; } = connection;

    protected void Repeated() => Interlocked.Increment(ref repeats);

    protected void Hears(string text)
    {
        var said = Said.Parse(text);
        if (Ear.Hears(said.Id)) Received?.Invoke(said);
    }

    /// <summary>How often the server was too busy to take something, which was then said again.</summary>
    public int Repeats => repeats;

    /// <summary>Returns once the server has acknowledged it, however often it has to be said until then.</summary>
    public abstract Task Send(string text);

    public ValueTask DisposeAsync() => Connection.DisposeAsync();

    protected static HubConnection Connect(Uri url, string? token) => new HubConnectionBuilder()
        .WithUrl(url, options =>
        {
            options.Transports = Microsoft.AspNetCore.Http.Connections.HttpTransportType.WebSockets;
            options.SkipNegotiation = true;
            if (token is not null) options.AccessTokenProvider = () => Task.FromResult<string?>(token);
        })
        .AddMessagePackProtocol()
        .Build();
}

sealed class FloorTalker : Talker
{
    readonly string room;

    FloorTalker(HubConnection connection, string room) : base(connection)
    {
        this.room = room;
        connection.On<string>("message", Hears);
    }

    public static async Task<Talker> Join(ServerProcess server, string room)
    {
        var talker = new FloorTalker(Connect(new(server.Address, "live"), null), room);
        await talker.Connection.StartAsync();
        await talker.Connection.InvokeAsync("Join", room);
        return talker;
    }

    public override Task Send(string text) => Connection.InvokeAsync<bool>("Send", room, text);
}

sealed class ChatTalker : Talker
{
    readonly string conversation;
    readonly string me;
    volatile string? refused; // a receipt

    ChatTalker(HubConnection connection, Guid conversation, Guid me) : base(connection)
    {
        (this.conversation, this.me) = (conversation.ToString(), me.ToString());
        connection.On<List<LiveEntry>>("entries", entries =>
        {
            foreach (var entry in entries)
            {
                if (entry.ConversationId != this.conversation) continue;
                Ear.Sees(entry.Sequence);
                if (entry.Type == "messageSent" && entry.Data.By != this.me) Hears(entry.Data.Text!);
            }
            if (Reads && entries is [.., var last]) _ = Read(last.Sequence);
        });
    }

    public ChatClient Person { get; private init; } = null!;

    public Guid Conversation { get; private init; }

    public static async Task<ChatTalker> Join(ServerProcess server, ChatClient person, Guid conversation)
    {
        var talker = new ChatTalker(Connect(new(server.Address, "v1/live"), person.AccessToken), conversation, person.UserId) { Person = person, Conversation = conversation };
        await talker.Connection.StartAsync();
        return talker;
    }

    public async Task Typing() => await Connection.InvokeAsync<Reply>("Typing", new Dictionary<string, object?> { ["conversationId"] = conversation });

    // once for each push, without waiting for the last
    async Task Read(long upTo)
    {
        var reply = await Connection.InvokeAsync<Reply>("Read", new Dictionary<string, object?> { ["conversationId"] = conversation, ["upTo"] = upTo });
        if (!reply.Ok) refused = reply.Code;
    }

    public override async Task Send(string text)
    {
        var message = Guid.NewGuid();
        while (await Offer(text, message) is { Ok: false } refusal)
        {
            if (refusal is not { Code: "overloaded", RetryAfterMs: { } pause }) throw new InvalidOperationException(refusal.Code);
            Repeated();
            await Task.Delay(pause);
        }
    }

    /// <summary>Sends it once.</summary>
    /// <param name="message">The same for what is said again.</param>
    public async Task<Reply> Offer(string text, Guid message)
    {
        if (refused is not null) throw new InvalidOperationException(refused);
        return await Connection.InvokeAsync<Reply>("Send", new Dictionary<string, object?>
        {
            ["conversationId"] = conversation, ["clientMessageId"] = message.ToString(), ["text"] = text,
        });
    }
}

[MessagePackObject]
public sealed record LiveEntry([property: Key("type")] string Type, [property: Key("conversationId")] string ConversationId, [property: Key("sequence")] long Sequence, [property: Key("data")] LiveData Data);

/// <summary>What a client keeps of an entry's data; which fields there are follows from its type.</summary>
[MessagePackObject]
public sealed record LiveData(
    [property: Key("messageId")] string? MessageId, [property: Key("clientMessageId")] string? ClientMessageId, [property: Key("by")] string By, [property: Key("text")] string? Text);

[MessagePackObject]
public sealed record Reply([property: Key("ok")] bool Ok, [property: Key("code")] string? Code, [property: Key("retryAfterMs")] int? RetryAfterMs);
