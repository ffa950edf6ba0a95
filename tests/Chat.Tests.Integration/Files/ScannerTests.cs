using System.Text;
using Chat.Application.Files;
using Chat.Infrastructure.Files;
using Chat.Tests.Integration.Api;
using Microsoft.Extensions.Options;

namespace Chat.Tests.Integration.Files;

public sealed class ScannerTests
{
    static readonly byte[] Infected = [.. new byte[200_000], .. Encoding.ASCII.GetBytes(ClamdServer.Eicar)];

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task what_the_daemon_finds_is_named_over_tcp_and_over_a_socket()
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        await using var port = ClamdServer.OnPort();
        await using var socket = ClamdServer.OnSocket(Path.Combine(folder, "clamd.ctl"));
        foreach (var address in new[] { port.Address, socket.Address })
        {
            Assert.Equal("Eicar-Signature", await Scan(address, Infected));
            Assert.Null(await Scan(address, [1, 2, 3]));
            Assert.Null(await Scan(address, []));
        }
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task a_daemon_that_is_away_hangs_up_or_is_silent_says_nothing_about_a_file()
    {
        var daemon = ClamdServer.OnPort();
        daemon.Says = "";
        await Assert.ThrowsAsync<ScannerUnavailableException>(() => Scan(daemon.Address, Infected));
        await daemon.DisposeAsync();
        await Assert.ThrowsAsync<ScannerUnavailableException>(() => Scan("127.0.0.1:1", Infected)); // nobody's

        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        await Assert.ThrowsAsync<ScannerUnavailableException>(() => Scan($"{silent.LocalEndpoint}", [1], TimeSpan.FromMilliseconds(200)));
    }

    [Fact]
    public async Task an_answer_that_is_neither_clean_nor_a_finding_is_a_fault()
    {
        await using var daemon = ClamdServer.OnPort();
        daemon.Says = "INSTREAM size limit exceeded. ERROR";
        await Assert.ThrowsAsync<InvalidDataException>(() => Scan(daemon.Address, [1]));
    }

    [Fact]
    public async Task a_file_waits_for_the_scanner_and_never_passes_without_it()
    {
        Chat.Testing.TestDatabase.SkipWithoutServer();
        var daemon = ClamdServer.OnPort();
        var address = daemon.Address;
        await using var server = new ScannedServer(address);
        await server.InitializeAsync();
        var infected = await server.Checked(server.Ada, Infected, "setup.bin");
        Assert.Equal((FileState.Rejected, Rejections.Infected), ((await server.Row(infected)).State, (await server.Row(infected)).Why));
        Assert.Null(await server.Get<IBlobStore>().Size(new(infected), Ct));
        (await server.Ada.Get($"/v1/files/{infected}/content")).IsProblem(422, "file_rejected");

        await daemon.DisposeAsync();
        var waiting = await server.Arrived(server.Ada, [1, 2, 3], "later.bin");
        await Assert.ThrowsAsync<ScannerUnavailableException>(() => server.Get<FileCheck>().Run(new(waiting), Ct));
        await server.Ask(waiting); // and is asked for again as often as it takes
        (await server.Ada.Get($"/v1/files/{waiting}/content")).IsProblem(409, "file_not_ready");

        await using var back = ClamdServer.OnPort(int.Parse(address.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal("ready", (await server.Ada.Settled(waiting)).Text("state"));
    }

    static Task<string?> Scan(string address, byte[] content, TimeSpan? timeout = null) =>
        new ClamdScanner(Options.Create(new ScannerOptions { Address = address, Timeout = timeout ?? TimeSpan.FromMinutes(1) })).Scan(new MemoryStream(content), Ct);

    sealed class ScannedServer(string scanner) : ChatServer
    {
        protected override IEnumerable<(string Name, string Value)> More => [("Files:Scanner:Address", scanner)];
    }
}
