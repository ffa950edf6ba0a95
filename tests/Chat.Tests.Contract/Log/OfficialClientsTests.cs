using System.ComponentModel;
using System.Diagnostics;
using Chat.Testing.EventStoreDb;

namespace Chat.Tests.Contract.Log;

/// <summary>
/// The test server is trusted as far as EventStoreDB's own clients for Node.js work against it unchanged: otherwise adapter and server could share
/// one mistake, being made from the same .proto files. CHAT_TEST_EVENTSTORE runs the same script against a real server.
/// </summary>
public sealed class OfficialClientsTests(ITestOutputHelper output)
{
    static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    static string Scripts => Path.Combine(AppContext.BaseDirectory, "node");

    [Theory]
    [InlineData("@eventstore/db-client")]
    [InlineData("@kurrent/kurrentdb-client")]
    public async Task an_official_client_works_against_this_server(string package)
    {
        await Install();
        await using var server = await EventStoreServer.Start();
        var connectionString = Environment.GetEnvironmentVariable("CHAT_TEST_EVENTSTORE") is { Length: > 0 } real ? real : server.ConnectionString;
        var (exitCode, said) = await Run("node", "official-clients.mjs", package, connectionString);
        Assert.True(exitCode == 0, said);
    }

    async Task Install()
    {
        if (Directory.Exists(Path.Combine(Scripts, "node_modules", "@kurrent"))) return;
        try
        {
            var (exitCode, said) = await Run("npm", "ci", "--no-audit", "--no-fund");
            Assert.SkipUnless(exitCode == 0, $"The official clients cannot be installed from npm here: {said}");
        }
        catch (Win32Exception)
        {
            Assert.Skip("No Node.js and npm here: the official clients of EventStoreDB were not tried.");
        }
    }

    async Task<(int ExitCode, string Said)> Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = Scripts, RedirectStandardOutput = true, RedirectStandardError = true })!;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Deadline);
        try
        {
            var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(deadline.Token), process.StandardError.ReadToEndAsync(deadline.Token));
            await process.WaitForExitAsync(deadline.Token);
            output.WriteLine(said[0]);
            return (process.ExitCode, string.Concat(said));
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
