using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using Amazon.S3;
using Xunit;

namespace Chat.Testing;

/// <summary>
/// The S3 server of CHAT_TEST_S3, or one of the test's own to be killed and started again: what CHAT_TEST_S3_START names, or ../shared/s3/start.
/// Without a server the test is skipped and says so.
/// </summary>
public sealed class TestS3 : IAsyncDisposable
{
    static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);

    readonly string folder = Path.Combine(Path.GetTempPath(), $"chat-s3-{Guid.NewGuid():N}");
    readonly int port = FreePort();
    Process? process;

    public static string Key => Environment.GetEnvironmentVariable("CHAT_TEST_S3_KEY") ?? "test-key";
    public static string Secret => Environment.GetEnvironmentVariable("CHAT_TEST_S3_SECRET") ?? "test-secret";

    public Uri Address => new($"http://127.0.0.1:{port}");

    /// <summary>The address of a server that others use too.</summary>
    public static Uri SharedOrSkip()
    {
        var address = Environment.GetEnvironmentVariable("CHAT_TEST_S3");
        Assert.SkipUnless(address is { Length: > 0 }, "No S3 server: CHAT_TEST_S3 is not set. './dev test' starts one where ../shared/s3 is.");
        return new(address);
    }

    public static AmazonS3Client Client(Uri server) =>
        new(new BasicAWSCredentials(Key, Secret), new AmazonS3Config { ServiceURL = server.ToString(), ForcePathStyle = true, AuthenticationRegion = "us-east-1" });

    public async Task CreateBucket(string name)
    {
        using var client = Client(Address);
        await client.PutBucketAsync(name);
    }

    public static async Task<TestS3> StartOrSkip()
    {
        var s3 = new TestS3();
        Assert.SkipUnless(StartScript is not null, "No S3 server to start and kill: CHAT_TEST_S3_START is not set and there is no ../shared/s3.");
        await s3.Run();
        return s3;
    }

    /// <summary>Starts it; after <see cref="Kill"/>, again with what it had.</summary>
    public async Task Run()
    {
        process = Process.Start(new ProcessStartInfo("bash", [StartScript!, folder, "--port", $"{port}"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.OutputDataReceived += static (_, _) => { }; // read, so that a full pipe cannot stop it
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var deadline = new CancellationTokenSource(StartDeadline);
        while (!await IsListening(deadline.Token)) await Task.Delay(20, deadline.Token);
    }

    /// <summary>kill -9.</summary>
    public async Task Kill()
    {
        process!.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null) await Kill();
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    async Task<bool> IsListening(CancellationToken ct)
    {
        if (process!.HasExited) throw new InvalidOperationException($"The S3 server ended with {process.ExitCode}.");
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

    static string? StartScript
    {
        get
        {
            if (Environment.GetEnvironmentVariable("CHAT_TEST_S3_START") is { Length: > 0 } given) return given;
            for (var directory = AppContext.BaseDirectory; directory is not null; directory = Path.GetDirectoryName(directory))
            {
                if (Path.Combine(directory, "shared", "s3", "start") is var found && File.Exists(found)) return found;
            }
            return null;
        }
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
