using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using Chat.Tests.Integration.Api;

namespace Chat.Tests.Integration.Files;

/// <summary>The protocol is spoken as its own authors' client speaks it: tus-js-client from npm, unchanged.</summary>
public sealed class TusJsClientTests(FilesServer server) : IClassFixture<FilesServer>
{
    static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    static string Scripts => Path.Combine(AppContext.BaseDirectory, "Files", "node");

    [Fact]
    public async Task the_client_uploads_is_interrupted_goes_on_and_ends()
    {
        await Install();
        var (person, file) = (await server.Person(), Path.Combine(Path.GetTempPath(), $"chat-upload-{Guid.NewGuid():N}"));
        var bytes = RandomNumberGenerator.GetBytes(700_000);
        await File.WriteAllBytesAsync(file, bytes, ChatServer.Ct);
        try
        {
            var address = server.Anybody().BaseAddress!.ToString().TrimEnd('/');
            var (exitCode, said) = await Run("node", "tus-client.mjs", address, person.AccessToken, file, "tea – 茶.txt");
            Assert.True(exitCode == 0, said);
            var uploads = said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => Guid.Parse(line.Trim().Split('/')[^1])).ToList();
            Assert.Equal(2, uploads.Count);
            foreach (var id in uploads)
            {
                var kept = await server.Find(id, person.Id);
                Assert.Equal(("tea – 茶.txt", "text/plain"), (kept!.Name, kept.DeclaredType));
                Assert.Equal(bytes, await server.Content(kept.Blob.Value));
            }
            Assert.Equal((2, 2 * bytes.Length), await server.Kept(person.Id));
        }
        finally
        {
            File.Delete(file);
        }
    }

    static async Task Install()
    {
        if (Directory.Exists(Path.Combine(Scripts, "node_modules", "tus-js-client"))) return;
        try
        {
            var (exitCode, said) = await Run("npm", "ci", "--no-audit", "--no-fund");
            Assert.SkipUnless(exitCode == 0, $"tus-js-client cannot be installed from npm here: {said}");
        }
        catch (Win32Exception)
        {
            Assert.Skip("No Node.js and npm here: tus-js-client was not tried.");
        }
    }

    static async Task<(int ExitCode, string Said)> Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = Scripts, RedirectStandardOutput = true, RedirectStandardError = true })!;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ChatServer.Ct);
        deadline.CancelAfter(Deadline);
        try
        {
            var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(deadline.Token), process.StandardError.ReadToEndAsync(deadline.Token));
            await process.WaitForExitAsync(deadline.Token);
            return (process.ExitCode, process.ExitCode == 0 ? said[0] : string.Concat(said));
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
