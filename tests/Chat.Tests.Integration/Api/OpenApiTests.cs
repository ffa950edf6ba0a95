using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Chat.Tests.Integration.Api;

/// <summary>
/// docs/openapi.json is what the API promises, and a change of it is read in review. CHAT_WRITE_SNAPSHOTS=1 writes it anew.
/// </summary>
public sealed class OpenApiTests(ChatServer server) : IClassFixture<ChatServer>
{
    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public async Task the_API_is_the_one_that_was_agreed()
    {
        var served = JsonSerializer.Serialize((await server.Anybody().Send(HttpMethod.Get, "/openapi/v1.json")).Is(200).Body, Indented) + "\n";
        if (Environment.GetEnvironmentVariable("CHAT_WRITE_SNAPSHOTS") == "1") await File.WriteAllTextAsync(Snapshot(), served, ChatServer.Ct);
        Assert.Equal(await File.ReadAllTextAsync(Snapshot(), ChatServer.Ct), served);
    }

    static string Snapshot([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(here, "../../../../docs/openapi.json"));
}
