using System.CommandLine;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Chat.Bench.Upload;

/// <summary><c>plain-disk</c>: the endpoint that <c>upload</c> measures against; started by it.</summary>
static class PlainDiskCommand
{
    static readonly Option<string> Folder = new("--folder") { Required = true };
    static readonly Option<string> Url = new("--url") { Required = true };

    public static Command Create()
    {
        var command = new Command("plain-disk", "The endpoint that upload measures against: it writes the body to a file.") { Folder, Url };
        command.SetAction(static given => Serve(given.GetRequiredValue(Folder), given.GetRequiredValue(Url)));
        return command;
    }

    static async Task Serve(string folder, string url)
    {
        Directory.CreateDirectory(folder);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Limits.MaxRequestBodySize = null);
        await using var app = builder.Build();
        app.MapGet("/health/ready", static () => "ready");
        app.MapPut("/", async (HttpRequest request, bool durable) =>
        {
            await using var file = new FileStream(
                Path.Combine(folder, Guid.NewGuid().ToString()), new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous | FileOptions.DeleteOnClose });
            await request.Body.CopyToAsync(file);
            if (durable) file.Flush(flushToDisk: true);
        });
        await app.RunAsync(url);
    }
}
