using System.Net.WebSockets;
using MessagePack;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Bench.Return;

/// <summary>A device as an app is one: cut off, it comes back after a jittered, growing pause, and resumes.</summary>
sealed class Client(Uri server, string token, Guid conversation) : IAsyncDisposable
{
    static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(8);

    HubConnection? connection;
    WebSocket? socket;

    /// <summary>Sequence up to which it has everything.</summary>
    public long Last { get; set; } = -1;

    public int Attempts { get; private set; }

    public void Cut() => socket!.Abort();

    /// <summary>Tries until it is connected and has resumed.</summary>
    public async Task ComeBack(CancellationToken ct)
    {
        for (var pause = FirstPause; ; pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks)))
        {
            await Task.Delay(pause * Random.Shared.NextDouble(), ct);
            Attempts++;
            try
            {
                await Connect(ct);
                await Resume(ct);
                return;
            }
            catch (Exception fault) when (IsForNow(fault) && !ct.IsCancellationRequested)
            {
                // refused for now, or cut again
            }
        }
    }

    static bool IsForNow(Exception fault) => fault is
        HttpRequestException or WebSocketException or HubException or IOException or InvalidOperationException or OperationCanceledException;

    public async Task Connect(CancellationToken ct)
    {
        if (connection is not null) await connection.DisposeAsync();
        connection = new HubConnectionBuilder().WithUrl(new Uri(server, "v1/live"), options =>
        {
            options.Transports = HttpTransportType.WebSockets;
            options.SkipNegotiation = true;
            options.CloseTimeout = TimeSpan.FromMilliseconds(100); // what was cut need not be closed politely
            options.WebSocketFactory = async (context, ct) =>
            {
                var opened = new ClientWebSocket();
                opened.Options.SetRequestHeader("Authorization", $"Bearer {token}");
                await opened.ConnectAsync(context.Uri, ct);
                return socket = opened;
            };
        }).AddMessagePackProtocol().Build();
        await connection.StartAsync(ct);
    }

    /// <summary>How many entries were missed.</summary>
    public async Task<int> Resume(CancellationToken ct)
    {
        var reply = await connection!.InvokeAsync<Resumed>("Resume", new Dictionary<string, object?> { ["conversations"] = new Dictionary<string, long> { [conversation.ToString()] = Last } }, ct);
        if (!reply.Ok) throw new InvalidOperationException(reply.Code);
        var mine = reply.Conversations![conversation.ToString()];
        if (!mine.Recovered) throw new InvalidOperationException(mine.Code);
        return mine.Entries.Count;
    }

    public async ValueTask DisposeAsync()
    {
        if (connection is not null) await connection.DisposeAsync();
    }
}

[MessagePackObject]
public sealed record Resumed(
    [property: Key("ok")] bool Ok, [property: Key("code")] string? Code, [property: Key("conversations")] Dictionary<string, ResumedConversation>? Conversations);

[MessagePackObject]
public sealed record ResumedConversation(
    [property: Key("recovered")] bool Recovered, [property: Key("head")] long Head, [property: Key("entries")] List<Load.LiveEntry> Entries, [property: Key("code")] string? Code);
