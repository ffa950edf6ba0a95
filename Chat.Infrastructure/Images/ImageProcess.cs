using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Chat.Application.Files;
using Chat.Domain.Conversations;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Chat.Infrastructure.Images;

/// <summary>
/// A process for each picture, with nothing of ours in it: no secrets, no connections, little memory, little time. Whatever a picture does to
/// its decoder, it does to that process.
/// </summary>
public sealed partial class ImageProcess(IOptions<ImageOptions> options, ILogger<ImageProcess> logger) : IImageCleaner
{
    const int MaxReport = 1024;

    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    public async Task<Cleaning> Clean(Stream image, string mediaType, CancellationToken ct)
    {
        var folder = Workspace.Create();
        var cleaning = default(Cleaning);
        try
        {
            var input = Path.Combine(folder, "input");
            await using (var file = File.Create(input)) await image.CopyToAsync(file, ct);
            cleaning = await Work(input, folder, mediaType, ct);
            File.Delete(input);
            return cleaning;
        }
        finally
        {
            if (cleaning is not Cleaning.Cleaned) Directory.Delete(folder, recursive: true);
        }
    }

    async Task<Cleaning> Work(string input, string folder, string mediaType, CancellationToken ct)
    {
        using var process = Start(input, folder, mediaType);
        try
        {
            process.BeginErrorReadLine(); // read by nobody: a decoder's complaints quote what it was given
            var answer = Line(process.StandardOutput, ct);
            if (await Exceeded(process, answer, ct) is { } limit)
            {
                LogKilled(logger, limit);
                return new Cleaning.Refused(Rejections.ImageTooLarge);
            }
            return process.ExitCode == 0 ? Answer(await answer, folder) : Crashed(process.ExitCode);
        }
        finally
        {
            process.Kill(entireProcessTree: true); // does nothing to one that has ended
        }
    }

    /// <summary>The limit that it passed, or null when it ended within them.</summary>
    async Task<string?> Exceeded(Process process, Task answer, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        var ended = Task.WhenAll(answer, process.WaitForExitAsync(ct));
        while (await Task.WhenAny(ended, Task.Delay(Look, ct)) != ended)
        {
            ct.ThrowIfCancellationRequested();
            if (Stopwatch.GetElapsedTime(started) > options.Value.Timeout) return "time";
            if (Memory(process) > options.Value.MaxMemory) return "memory";
        }
        await ended;
        return null;
    }

    static long Memory(Process process)
    {
        try
        {
            process.Refresh();
            return process.WorkingSet64;
        }
        catch (InvalidOperationException)
        {
            return 0; // it has just ended
        }
    }

    Process Start(string input, string folder, string mediaType)
    {
        var command = options.Value.Command;
        var start = new ProcessStartInfo(command[0], [.. command.Skip(1), input, folder, mediaType, Text(options.Value.MaxPixels), Text(options.Value.MaxFrames)])
        {
            RedirectStandardInput = true, // closed when this process ends, however it does: then that one ends too
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        var inherited = start.Environment.Where(static variable => variable.Key is "PATH" or "DOTNET_ROOT" or "HOME" or "LANG").ToList();
        start.Environment.Clear();
        foreach (var (name, value) in inherited) start.Environment[name] = value;
        foreach (var (name, value) in Frugal(folder)) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    static IEnumerable<(string, string)> Frugal(string folder) =>
    [
        ("DOTNET_GCHeapHardLimit", "0x4000000"),
        ("DOTNET_gcServer", "0"),
        ("DOTNET_gcConcurrent", "0"),
        ("DOTNET_TieredPGO", "0"),
        ("DOTNET_EnableDiagnostics", "0"),
        ("DOTNET_DbgEnableMiniDump", "0"),
        ("MALLOC_ARENA_MAX", "2"),
        ("VIPS_BLOCK_UNTRUSTED", "1"),
        ("VIPS_CONCURRENCY", "1"),
        ("VIPS_DISC_THRESHOLD", "64m"),
        ("TMPDIR", folder),
    ];

    static async Task<string> Line(StreamReader output, CancellationToken ct)
    {
        var line = new char[MaxReport];
        return new(line, 0, await output.ReadBlockAsync(line, ct));
    }

    Cleaning Answer(string line, string folder) => Report(line) switch
    {
        { Error: Rejections.ImageTooLarge } => new Cleaning.Refused(Rejections.ImageTooLarge),
        { Error: not null } => new Cleaning.Refused(Rejections.ImageUnreadable),
        { Width: > 0, Height: > 0, Color: { } color } drawn => new Cleaning.Cleaned(new ImageShape(drawn.Width, drawn.Height, color), folder),
        _ => Crashed(0),
    };

    static ImageReport? Report(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<ImageReport>(line, JsonSerializerOptions.Web);
        }
        catch (JsonException)
        {
            return null; // as good as a crash
        }
    }

    Cleaning.Refused Crashed(int code)
    {
        LogCrashed(logger, code);
        return new(Rejections.ImageUnreadable);
    }

    static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A picture took more {Limit} than it may; its worker was killed.")]
    static partial void LogKilled(ILogger logger, string limit);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A picture ended its worker: exit code {Code}, no report.")]
    static partial void LogCrashed(ILogger logger, int code);
}
