using Microsoft.Extensions.Options;

namespace Chat.Api.Live;

/// <summary>
/// The end of a node's service. From its first moment the node is not ready and takes no new socket. Every device is told at once when to come
/// back, evenly spread; it is served until then, its commands under way are answered, and only then is it let go.
/// </summary>
sealed class Drain(LiveConnections connections, IOptions<LiveOptions> options, TimeProvider time) : IHostedLifecycleService
{
    readonly Lock gate = new();
    Task? draining;

    public bool HasBegun => Volatile.Read(ref draining) is not null;

    /// <summary>Ends when the last device has gone; a second call joins the first.</summary>
    public Task Run()
    {
        lock (gate) return draining ??= LetAllGo();
    }

    // however the host is stopped: this comes before it cuts the sockets
    public Task StoppingAsync(CancellationToken cancellationToken) => Run().WaitAsync(cancellationToken);

    async Task LetAllGo()
    {
        await Task.Yield(); // so that it has begun, for those who ask, before anybody is counted
        await LetGo(options.Value.DrainSpread);
        await LetGo(TimeSpan.Zero); // whose handshake was under way
    }

    Task LetGo(TimeSpan spread)
    {
        var all = connections.All.ToList();
        return Task.WhenAll(all.Select((connection, i) => LetGo(connection, spread * i / all.Count)));
    }

    async Task LetGo(LiveConnection connection, TimeSpan after)
    {
        var bye = new Bye("draining", true, (int)after.TotalMilliseconds);
        await connection.Announce(bye);
        await Task.Delay(after, time);
        await connection.Leave(bye);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
