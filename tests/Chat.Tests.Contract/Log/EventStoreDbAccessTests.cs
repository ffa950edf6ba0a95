using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Chat.Application.Log;
using Chat.Infrastructure.EventStoreDb;
using Chat.Testing.EventStoreDb;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chat.Tests.Contract.Log;

/// <summary>Over TLS with users: what is wrong is said in terms of the setting to change.</summary>
public sealed class EventStoreDbAccessTests : IAsyncLifetime
{
    readonly string caFile = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.pem");
    EventStoreServer server = null!;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var (authority, certificate) = Certificates();
        await File.WriteAllTextAsync(caFile, authority.ExportCertificatePem(), Ct);
        server = await EventStoreServer.Start(new(Certificate: certificate));
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        File.Delete(caFile);
    }

    static async Task<string?> Trouble(string connectionString)
    {
        await using var log = new EventStoreDbLog(ConnectionString.Parse(connectionString), 1024 * 1024, "", NullLogger<EventStoreDbLog>.Instance);
        var trouble = await log.Trouble(Ct);
        if (trouble is not null)
        {
            await Assert.ThrowsAsync<LogUnavailableException>(() => log.Append(new("conversation-x"), StreamName.NoStream, [new(Guid.NewGuid(), "t", default, "{}"u8.ToArray())], Ct));
        }
        return trouble;
    }

    string Server(string user) => $"esdb://{user}@localhost:{server.Port}?tlsCAFile={Uri.EscapeDataString(caFile)}&defaultDeadline=3000";

    [Fact]
    public async Task with_the_authoritys_certificate_and_a_user_all_is_well()
    {
        Assert.Null(await Trouble(Server("admin:changeit")));
        Assert.Null(await Trouble($"esdb://admin:changeit@localhost:{server.Port}?tlsVerifyCert=false"));
    }

    [Fact]
    public async Task an_authority_that_nobody_trusts() =>
        Assert.Contains("tlsCAFile", await Trouble($"esdb://admin:changeit@localhost:{server.Port}?defaultDeadline=3000"), StringComparison.Ordinal);

    [Fact]
    public async Task a_wrong_password() => Assert.Contains("user or password", await Trouble(Server("admin:wrong")), StringComparison.Ordinal);

    [Fact]
    public async Task no_user_at_all() =>
        Assert.Contains("user:password@", await Trouble($"esdb://localhost:{server.Port}?tlsVerifyCert=false"), StringComparison.Ordinal);

    [Fact]
    public async Task a_user_who_may_not_read_all()
    {
        await using var log = new EventStoreDbLog(ConnectionString.Parse(Server("ops:changeit")), 1024 * 1024, "", NullLogger<EventStoreDbLog>.Instance);
        Assert.Contains("$all", await log.Trouble(Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task something_else_that_listens_there()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = Task.Run(async () =>
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync(Ct);
                await client.GetStream().WriteAsync("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), Ct);
            }
        }, Ct);
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        Assert.Contains("HTTP/2", await Trouble($"esdb://127.0.0.1:{port}?tls=false&defaultDeadline=3000"), StringComparison.Ordinal);
        listener.Stop();
        await answering.ContinueWith(static _ => { }, TaskScheduler.Default);
    }

    [Fact]
    public async Task plain_text_to_a_server_that_speaks_TLS() =>
        Assert.Contains("tls", await Trouble($"esdb://admin:changeit@localhost:{server.Port}?tls=false&defaultDeadline=3000"), StringComparison.OrdinalIgnoreCase);

    static (X509Certificate2 Authority, X509Certificate2 Certificate) Certificates()
    {
        var now = DateTimeOffset.UtcNow;
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest("CN=Chat test authority", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var authority = authorityRequest.CreateSelfSigned(now.AddMinutes(-5), now.AddDays(1));

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using var signed = request.Create(authority, now.AddMinutes(-5), now.AddHours(23), [1, 2, 3, 4]);
        return (authority, signed.CopyWithPrivateKey(key));
    }
}
