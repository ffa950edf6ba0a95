using System.Diagnostics;
using Chat.Bench.Api;
using MessagePack;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Bench.Talk;

/// <summary>One connected person in one room, on either server.</summary>
abstract class Talker(HubConnection connection) : IAsyncDisposable
{
    /// <summary>Called with each message of others that arrives.</summary>
    public Action<string>? Received { get; set; }

    /// <summary>Whether it reads what arrives, as far as the server knows receipts.</summary>
    public bool Reads { get; set; }

    protected HubConnection Connection { get; } = connection;

    /// <summary>Returns once the server has acknowledged it.</summary>
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
        connection.On<string>("message", text => Received?.Invoke(text));
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
                if (entry.Type == "messageSent" && (string?)entry.Data["by"] != this.me) Received?.Invoke((string)entry.Data["text"]!);
            }
            if (Reads && entries is [.., var last]) _ = Read(last.Sequence);
        });
    }

    public static async Task<Talker> Join(ServerProcess server, ChatClient person, Guid conversation)
    {
        var talker = new ChatTalker(Connect(new(server.Address, "v1/live"), person.AccessToken), conversation, person.UserId);
        await talker.Connection.StartAsync();
        return talker;
    }

    // once for each push, without waiting for the last
    async Task Read(long upTo)
    {
        var reply = await Connection.InvokeAsync<Reply>("Read", new Dictionary<string, object?> { ["conversationId"] = conversation, ["upTo"] = upTo });
        if (!reply.Ok) refused = reply.Code;
    }

    public override async Task Send(string text)
    {
        if (refused is not null) throw new InvalidOperationException(refused);
        var reply = await Connection.InvokeAsync<Reply>("Send", new Dictionary<string, object?>
        {
            ["conversationId"] = conversation, ["clientMessageId"] = Guid.NewGuid().ToString(), ["text"] = text,
        });
        if (!reply.Ok) throw new InvalidOperationException(reply.Code);
    }
}

[MessagePackObject]
public sealed record LiveEntry([property: Key("type")] string Type, [property: Key("sequence")] long Sequence, [property: Key("data")] Dictionary<string, object?> Data);

[MessagePackObject]
public sealed record Reply([property: Key("ok")] bool Ok, [property: Key("code")] string? Code);
