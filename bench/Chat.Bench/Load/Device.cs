using System.Net.WebSockets;
using MessagePack;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Bench.Load;

/// <summary>A device as an app is one: cut off, it comes back after a jittered, growing pause, and resumes one conversation from what it has.</summary>
sealed class Device(Uri server, string token, Guid conversation) : IAsyncDisposable
{
    static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(8);

    readonly Lock taking = new();
    readonly List<long> early = []; // pushed before the answer to the resume
    bool resumed;
    HubConnection? connection;
    WebSocket? socket;

    /// <summary>Sequence up to which it has everything.</summary>
    public long Last { get; private set; } = -1;

    /// <summary>Entries that came before the one that precedes them.</summary>
    public int Misordered { get; private set; }

    public int Attempts { get; private set; }

    /// <summary>As if it had everything up to here and nothing after it.</summary>
    public void HasUpTo(long sequence) => Last = sequence;

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
        lock (taking)
        {
            resumed = false;
            early.Clear();
        }
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
        connection.On<List<LiveEntry>>("entries", Pushed);
        await connection.StartAsync(ct);
    }

    /// <summary>How many entries were missed; from then on it follows live.</summary>
    public async Task<int> Resume(CancellationToken ct)
    {
        var reply = await connection!.InvokeAsync<Resumed>("Resume", new Dictionary<string, object?> { ["conversations"] = new Dictionary<string, long> { [conversation.ToString()] = Last } }, ct);
        if (!reply.Ok) throw new InvalidOperationException(reply.Code);
        var mine = reply.Conversations![conversation.ToString()];
        if (!mine.Recovered) throw new InvalidOperationException(mine.Code);
        lock (taking)
        {
            foreach (var entry in mine.Entries) Take(entry.Sequence);
            foreach (var sequence in early) Take(sequence);
            resumed = true;
        }
        return mine.Entries.Count;
    }

    void Pushed(List<LiveEntry> entries)
    {
        lock (taking)
        {
            foreach (var entry in entries.Where(entry => entry.ConversationId == conversation.ToString()))
            {
                if (resumed) Take(entry.Sequence);
                else early.Add(entry.Sequence);
            }
        }
    }

    // What was pushed while the resume was answered may be in both.
    void Take(long sequence)
    {
        if (sequence <= Last) return;
        if (sequence > Last + 1) Misordered++;
        Last = sequence;
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
    [property: Key("recovered")] bool Recovered, [property: Key("head")] long Head, [property: Key("entries")] List<LiveEntry> Entries, [property: Key("code")] string? Code);
