using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace Chat.Tests.Integration.Search;

/// <summary>
/// A real Elasticsearch of one test class alone, to be killed and started again: with a password, and a certificate of its own authority.
/// It is what CHAT_TEST_SEARCH_ENGINES holds, or ../shared/search-engines.
/// </summary>
public sealed class OwnEngine : IAsyncLifetime
{
    public const string Variable = "CHAT_TEST_SEARCH_ENGINES";

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    readonly string folder = Path.Combine(Path.GetTempPath(), $"chat-engine-{Guid.NewGuid():N}");
    readonly string password = Convert.ToHexString(RandomNumberGenerator.GetBytes(12));
    readonly int port = FreePort();
    Process? process;
    HttpClient http = new();

    public Uri Address => new($"https://127.0.0.1:{port}");

    /// <summary>The authority that signed the engine's certificate.</summary>
    public string Authority => Path.Combine(folder, "ca.pem");

    /// <summary>Another one.</summary>
    public string Stranger => Path.Combine(folder, "stranger.pem");

    public Dictionary<string, string?> Settings(TestIndex index) => new(index.Settings())
    {
        ["Search:Elasticsearch:Username"] = "elastic",
        ["Search:Elasticsearch:Password"] = password,
        ["Search:Elasticsearch:CaCertificate"] = Authority,
        ["Search:Elasticsearch:BreakDuration"] = "00:00:01",
    };

    /// <summary>Skips the test where there is no engine to start.</summary>
    public TestIndex Index()
    {
        Assert.SkipUnless(process is not null, $"No search engine to start: {Variable} is not set and there is no ../shared/search-engines, or Java is missing.");
        return new(Address, http);
    }

    public async ValueTask InitializeAsync()
    {
        if (Start() is not { } start || !await HasJava()) return;
        Directory.CreateDirectory(folder);
        Certify();
        await Run(start);
    }

    /// <summary>As a crash of its machine would.</summary>
    public async Task Kill()
    {
        process!.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
    }

    public Task Restart() => Run(Start()!);

    /// <summary>An encoded API key that may do everything.</summary>
    public async Task<string> ApiKey()
    {
        using var content = new StringContent("""{"name":"test"}""", null, "application/json");
        using var answer = await http.PostAsync(new Uri("_security/api_key", UriKind.Relative), content);
        return JsonDocument.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync()).RootElement.GetProperty("encoded").GetString()!;
    }

    public async ValueTask DisposeAsync()
    {
        if (process is null) return;
        await Kill();
        process.Dispose();
        http.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    async Task Run(string start)
    {
        process = Process.Start(new ProcessStartInfo("bash", [start, "elasticsearch", Path.Combine(folder, "data"), "--port", $"{port}", "--password", password,
            "--tls", Path.Combine(folder, "engine.pem"), Path.Combine(folder, "engine.key")]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();

        using var patience = new CancellationTokenSource(Patience);
        while (!await IsReady(patience.Token)) Assert.False(process.HasExited, "The search engine has ended.");
    }

    async Task<bool> IsReady(CancellationToken ct)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri("_cluster/health?wait_for_status=yellow&timeout=5s", UriKind.Relative), ct);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            await Task.Delay(200, ct); // it does not listen yet
            return false;
        }
    }

    void Certify()
    {
        using var authority = Authorize("ca.pem");
        using var stranger = Authorize("stranger.pem");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=engine", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(authority, authority.NotBefore, authority.NotAfter, RandomNumberGenerator.GetBytes(8));
        File.WriteAllText(Path.Combine(folder, "engine.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "engine.key"), key.ExportPkcs8PrivateKeyPem());

        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(Authority);
        http = new(new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = policy } }) { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(30) };
        http.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"elastic:{password}")));
    }

    X509Certificate2 Authorize(string file)
    {
        var request = new CertificateRequest($"CN={file}", ECDsa.Create(ECCurve.NamedCurves.nistP256), HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(7));
        File.WriteAllText(Path.Combine(folder, file), certificate.ExportCertificatePem());
        return certificate;
    }

    static string? Start()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given) return Path.Combine(given, "start");
        for (var directory = AppContext.BaseDirectory; directory is not null; directory = Path.GetDirectoryName(directory))
        {
            if (Path.Combine(directory, "shared", "search-engines", "start") is var found && File.Exists(found)) return found;
        }
        return null;
    }

    static async Task<bool> HasJava()
    {
        using var which = Process.Start(new ProcessStartInfo("bash", ["-c", "command -v \"${JAVA_HOME:+$JAVA_HOME/bin/}java\""]) { RedirectStandardOutput = true })!;
        await which.WaitForExitAsync();
        return which.ExitCode == 0;
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
