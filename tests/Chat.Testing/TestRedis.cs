using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Chat.Testing;

/// <summary>A redis-server of the test's own that keeps nothing. Without the program the test is skipped and says so.</summary>
public sealed class TestRedis : IAsyncDisposable
{
    static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(30);

    readonly int port = FreePort();
    Process? process;

    public string ConnectionString => $"127.0.0.1:{port}";

    public static async Task<TestRedis> Start()
    {
        Assert.SkipUnless(IsInstalled, "No redis-server on the PATH. './dev test' installs one.");
        var redis = new TestRedis();
        await redis.Run();
        return redis;
    }

    /// <summary>Starts it; after <see cref="Kill"/>, again and empty.</summary>
    public async Task Run()
    {
        process = Process.Start(new ProcessStartInfo("redis-server", ["--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
        {
            RedirectStandardOutput = true, WorkingDirectory = Path.GetTempPath(),
        })!;
        process.OutputDataReceived += static (_, _) => { }; // read, so that a full pipe cannot stop it
        process.BeginOutputReadLine();
        using var deadline = new CancellationTokenSource(StartDeadline);
        while (!await IsListening(deadline.Token)) await Task.Delay(20, deadline.Token);
    }

    /// <summary>kill -9.</summary>
    public async Task Kill()
    {
        process!.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null) await Kill();
    }

    async Task<bool> IsListening(CancellationToken ct)
    {
        if (process!.HasExited) throw new InvalidOperationException($"redis-server ended with {process.ExitCode}.");
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port, ct);
            return true;
        }
        catch (SocketException)
        {
            return false; // not yet
        }
    }

    static bool IsInstalled => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(static directory => File.Exists(Path.Combine(directory, "redis-server")));

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
