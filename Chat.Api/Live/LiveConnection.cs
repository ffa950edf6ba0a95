using Chat.Api.Auth;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Chat.Api.Live;

/// <summary>
/// One connected device. What it cannot take at once waits in a bounded queue of its own, so that a slow reader delays nobody else and is closed at
/// its bound instead of being buffered without end. Most devices are silent most of the time: nothing runs for them then.
/// </summary>
public sealed class LiveConnection(HubConnectionContext context, DateTimeOffset expires, TimeProvider time)
{
    const long MaxPendingBytes = 1024 * 1024;
    static readonly TimeSpan MaxPendingTime = TimeSpan.FromSeconds(10);
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    static readonly TimeSpan AnswerTime = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan GoodbyeTime = TimeSpan.FromSeconds(1);

    readonly Lock sync = new();
    readonly Queue<Outgoing> waiting = []; // bounded by bytes and time, below
    readonly TaskCompletionSource idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    long pendingBytes; // of what waits and what is being written
    bool sending;
    int commands; // under way
    bool leaving;
    bool announced;
    int closing;
    long sendingSince; // timestamp of the write under way, 0 for none

    public HubConnectionContext Context => context;
    public Caller Caller { get; } = Caller.Of(context.User);
    public DateTimeOffset Expires => expires;

    /// <summary>True when a write has been under way for too long.</summary>
    public bool IsStuck => Volatile.Read(ref sendingSince) is var since and not 0 && time.GetElapsedTime(since) > MaxPendingTime;

    /// <summary>Sends a message, behind those that wait; false when the device is too far behind to get it, or is being closed.</summary>
    public bool TrySend(SerializedHubMessage message, int size)
    {
        lock (sync)
        {
            if (Volatile.Read(ref closing) != 0 || pendingBytes + size > MaxPendingBytes) return false;
            pendingBytes += size;
            waiting.Enqueue(new(message, size));
            if (sending) return true;
            sending = true;
        }
        _ = SendWhatWaits();
        return true;
    }

    async Task SendWhatWaits()
    {
        try
        {
            var written = 0;
            while (Next(written) is { } next)
            {
                Volatile.Write(ref sendingSince, time.GetTimestamp());
                await context.WriteAsync(next.Message, context.ConnectionAborted);
                Volatile.Write(ref sendingSince, 0);
                written = next.Size;
            }
        }
        catch (OperationCanceledException)
        {
            // closed; the device asks for what it missed when it comes back
        }
    }

    Outgoing? Next(int written)
    {
        lock (sync)
        {
            pendingBytes -= written;
            sending = waiting.TryDequeue(out var next);
            return sending ? next : null;
        }
    }

    /// <summary>A command begins, and is to be ended; false when the device is being let go and no more are taken.</summary>
    public bool TryBegin()
    {
        Interlocked.Increment(ref commands);
        if (!Volatile.Read(ref leaving)) return true;
        End();
        return false;
    }

    public void End()
    {
        if (Interlocked.Decrement(ref commands) == 0 && Volatile.Read(ref leaving)) idle.TrySetResult();
    }

    /// <summary>Says beforehand that, and why, it will be closed.</summary>
    public async Task Announce(Bye bye)
    {
        announced = true;
        using var patience = new CancellationTokenSource(GoodbyeTime);
        try
        {
            await context.WriteAsync(new InvocationMessage("bye", [bye]), patience.Token);
        }
        catch (OperationCanceledException)
        {
            // it does not read any more
        }
    }

    /// <summary>Takes no more commands, lets those under way be answered, and closes.</summary>
    public async Task Leave(Bye bye)
    {
        Volatile.Write(ref leaving, true);
        if (Volatile.Read(ref commands) == 0) idle.TrySetResult();
        await Task.WhenAny(idle.Task, Task.Delay(Patience, time));
        // SignalR writes the answer after the command has ended, and tells nobody when. Who is cut off before it repeats the command, which is done once.
        await Task.Delay(AnswerTime, time);
        await Close(bye);
    }

    /// <summary>Says why, as far as the device still listens, and closes; only the first reason counts.</summary>
    public async Task Close(Bye bye)
    {
        if (Interlocked.Exchange(ref closing, 1) != 0) return;
        if (bye.Code == Bye.SlowConsumer) LiveTelemetry.SlowConsumers.Add(1);
        if (!announced) await Announce(bye);
        using var patience = new CancellationTokenSource(GoodbyeTime);
        try
        {
            await context.WriteAsync(new CloseMessage(bye.Code, allowReconnect: bye.Reconnect), patience.Token);
            // Told to close, it does so itself. An abort at once could drop what the transport has not sent yet, and it would not know why.
            await Task.Delay(GoodbyeTime, time, context.ConnectionAborted);
        }
        catch (OperationCanceledException)
        {
            // it does not read any more, or is gone
        }
        context.Abort();
    }

    readonly record struct Outgoing(SerializedHubMessage Message, int Size);
}
