using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Chat.Bench.Load;

/// <summary>A server in a process of its own, as users would run it, on a free port.</summary>
sealed class ServerProcess : IAsyncDisposable
{
    readonly Process process;

    ServerProcess(Process process, Uri address, TimeSpan untilReady) => (this.process, Address, UntilReady) = (process, address, untilReady);

    public Uri Address { get; }

    /// <summary>From the start of the process to its first answered request.</summary>
    public TimeSpan UntilReady { get; }

    /// <summary>Its memory; what it shares with other processes counts in proportion (PSS).</summary>
    public long Bytes => File.ReadLines($"/proc/{process.Id}/smaps_rollup").Where(static line => line.StartsWith("Pss:", StringComparison.Ordinal))
        .Select(static line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture) * 1024).Single();

    public TimeSpan ProcessorTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>The relay; without a database it commits nothing.</summary>
    public static Task<ServerProcess> Floor(BenchDatabase? database) =>
        Start([typeof(ServerProcess).Assembly.Location, "floor", .. database is null ? Array.Empty<string>() : ["--postgres", database.ConnectionString]], "--url", []);

    /// <summary>An endpoint that writes bodies to a folder, for uploads to be measured against.</summary>
    public static Task<ServerProcess> PlainDisk(string folder) =>
        Start([typeof(ServerProcess).Assembly.Location, "plain-disk", "--folder", folder], "--url", []);

    /// <param name="filesFolder">Where uploads are kept; the default where nothing is uploaded.</param>
    public static Task<ServerProcess> Chat(BenchDatabase database, string filesFolder = "files") => Start([ApiAssembly()], "--urls", new()
    {
        ["Files__Path"] = filesFolder,
        ["ConnectionStrings__Postgres"] = database.ConnectionString,
        ["Keys__MasterKey"] = Convert.ToBase64String(new byte[32]),
        ["ASPNETCORE_ENVIRONMENT"] = "Production",
        ["Logging__LogLevel__Default"] = "Warning",
        // so that setting the stage is quick; nobody logs in while it is measured
        ["Auth__Passwords__MemoryKib"] = "8192",
        ["Auth__Passwords__Iterations"] = "1",
        ["RateLimits__UserBurst"] = "1000000",
        ["RateLimits__UserRate"] = "1000000",
        ["RateLimits__AnonymousBurst"] = "1000000",
        ["RateLimits__AnonymousRate"] = "1000000",
        ["Live__HandshakesPerSecond"] = "5000",
    });

    static async Task<ServerProcess> Start(List<string> arguments, string urlOption, Dictionary<string, string> environment)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort()}");
        var start = new ProcessStartInfo("dotnet", [.. arguments, urlOption, address.ToString().TrimEnd('/')]) { RedirectStandardOutput = true };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        var started = Stopwatch.GetTimestamp();
        var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, line) =>
        {
            if (line.Data is { Length: > 0 } text) Console.Error.WriteLine(text);
        };
        process.BeginOutputReadLine();
        using var http = new HttpClient();
        while (true)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri(address, "health/ready"));
                if (answer.StatusCode == HttpStatusCode.OK) return new(process, address, Stopwatch.GetElapsedTime(started));
            }
            catch (HttpRequestException) when (!process.HasExited)
            {
                // not listening yet
            }
            if (process.HasExited) throw new InvalidOperationException($"The server ended with {process.ExitCode}.");
            await Task.Delay(20);
        }
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    // bench/Chat.Bench/bin/Release/net10.0 → the repository
    static string ApiAssembly() => Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../../Chat.Api/bin/Release/net10.0/Chat.Api.dll"));

    public async ValueTask DisposeAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
