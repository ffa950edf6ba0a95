using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Chat.Tests.EndToEnd;

/// <summary>The API as it is run for real, in a process that can be killed and started again on the same port.</summary>
sealed class AppProcess(string connectionString, IReadOnlyDictionary<string, string>? settings = null) : IAsyncDisposable
{
    static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);
    Process? process;

    /// <summary>Where the bytes of files are kept, by all nodes on one database; made with the first file.</summary>
    public string FilesFolder { get; } = Path.Combine(Path.GetTempPath(), $"chat-files-{new NpgsqlConnectionStringBuilder(connectionString).Database}");

    public Uri Address { get; } = new($"http://127.0.0.1:{FreePort()}");

    public async Task Start()
    {
        var start = new ProcessStartInfo("dotnet", [Assembly, "--urls", Address.ToString().TrimEnd('/')]) { RedirectStandardOutput = true };
        foreach (var (name, value) in Settings.Concat(EventStore.SettingsOf(connectionString)).Concat(settings ?? new Dictionary<string, string>())) start.Environment[name] = value;
        process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { }; // read, so that a full pipe cannot stop it
        process.BeginOutputReadLine();
        using var deadline = new CancellationTokenSource(StartDeadline);
        using var http = new HttpClient();
        while (!await IsReady(http, deadline.Token)) await Task.Delay(20, deadline.Token);
    }

    /// <summary>kill -9.</summary>
    public async Task Kill()
    {
        process!.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
    }

    /// <summary>kill -TERM; the exit code, once it has ended.</summary>
    public async Task<int> Terminate(CancellationToken ct)
    {
        // the shell's own: a bare Debian has no program of that name
        using (var kill = Process.Start("sh", ["-c", $"kill -TERM {process!.Id}"])) await kill.WaitForExitAsync(ct);
        await process.WaitForExitAsync(ct);
        var code = process.ExitCode;
        process.Dispose();
        process = null;
        return code;
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null) await Kill();
    }

    async Task<bool> IsReady(HttpClient http, CancellationToken ct)
    {
        if (process!.HasExited) throw new InvalidOperationException($"The API ended with {process.ExitCode}.");
        try
        {
            using var answer = await http.GetAsync(new Uri(Address, "health/ready"), ct);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false; // not listening yet
        }
    }

    Dictionary<string, string> Settings => new()
    {
        ["ConnectionStrings__Postgres"] = connectionString,
        ["Keys__MasterKey"] = Convert.ToBase64String(new byte[32]),
        ["ASPNETCORE_ENVIRONMENT"] = "Production",
        ["Files__Path"] = FilesFolder,
        // what these tests are about is not how slow a password hash is
        ["Auth__Passwords__MemoryKib"] = "8192",
        ["Auth__Passwords__Iterations"] = "1",
        ["RateLimits__UserBurst"] = "1000000",
        ["RateLimits__UserRate"] = "1000000",
        ["RateLimits__AnonymousBurst"] = "1000000",
        ["RateLimits__AnonymousRate"] = "1000000",
        ["RateLimits__FailedLogins"] = "1000", // as long as a password is being checked, it counts as a wrong one
        ["RateLimits__FailedLoginsOfAddress"] = "1000",
    };

    // tests/Chat.Tests.EndToEnd/bin/<configuration>/net10.0: the API of the same configuration
    static string Assembly => Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "../../../../../Chat.Api/bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0/Chat.Api.dll"));

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
