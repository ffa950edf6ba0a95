using System.Runtime.InteropServices;
using Chat.Api.Live;

namespace Chat.Api.Hosting;

/// <summary>
/// SIGTERM and Ctrl-C: first the node drains, then the host stops. SignalR cuts every socket the moment the host says that it is stopping, so by then
/// all must be said. Who asks a second time does not want to wait.
/// </summary>
sealed class DrainingLifetime(Drain drain, IHostApplicationLifetime application) : IHostLifetime, IDisposable
{
    readonly List<PosixSignalRegistration> signals = [];
    int asked;

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        PosixSignal[] all = [PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT];
        signals.AddRange(all.Select(signal => PosixSignalRegistration.Create(signal, Stop)));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    void Stop(PosixSignalContext signal)
    {
        signal.Cancel = true; // the process ends when the host has stopped
        if (Interlocked.Increment(ref asked) == 1) _ = DrainAndStop();
        else application.StopApplication();
    }

    async Task DrainAndStop()
    {
        try
        {
            await drain.Run();
        }
        finally
        {
            application.StopApplication();
        }
    }

    public void Dispose() => signals.ForEach(static signal => signal.Dispose());
}
