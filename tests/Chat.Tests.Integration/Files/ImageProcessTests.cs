using System.Diagnostics;
using System.Text;
using Chat.Application.Files;
using Chat.Infrastructure.Images;
using Chat.Testing;
using Chat.Tests.Integration.Api;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using NetVips;

namespace Chat.Tests.Integration.Files;

/// <summary>Real pictures through the real worker, and workers that misbehave.</summary>
public sealed class ImageProcessTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task a_photograph_comes_back_upright_and_tells_nothing_of_where_it_was_taken()
    {
        var photo = Pictures.LyingPhoto();
        Assert.Contains("SecretCamera", Encoding.Latin1.GetString(photo), StringComparison.Ordinal);
        using var cleaned = await Cleaned(photo, "image/jpeg");
        Assert.Equal((40, 60), (cleaned.Shape.Width, cleaned.Shape.Height));
        using var picture = Picture(cleaned, null);
        Assert.Equal((40, 60), (picture.Width, picture.Height));
        Assert.Equal((true, true), (IsRed(picture, 20, 5), IsBlue(picture, 20, 55))); // what was left is above
        Assert.DoesNotContain(picture.GetFields(), static field => field is "orientation" or "xmp-data" or "iptc-data" or "icc-profile-data" || field.StartsWith("exif-", StringComparison.Ordinal));
        foreach (var variant in ImageVariants.Sides.Keys.Append(null)) Assert.DoesNotContain("Secret", Text(cleaned, variant), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("image/png")]
    [InlineData("image/webp")]
    [InlineData("image/gif")]
    public async Task every_format_stays_what_it_is_and_loses_its_comments(string mediaType)
    {
        var picture = mediaType switch { "image/png" => Pictures.Png(), "image/webp" => Pictures.WebP(), _ => Pictures.Animation(1) };
        using var cleaned = await Cleaned(picture, mediaType);
        await using var content = cleaned.Open(null);
        var head = new byte[16];
        await content.ReadExactlyAsync(head, Ct);
        Assert.Equal(mediaType, Sniffing.Of(head).MediaType);
        Assert.DoesNotContain("Secret", Text(cleaned, null), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".gif", "image/gif")]
    [InlineData(".webp", "image/webp")]
    public async Task an_animation_keeps_its_frames_and_their_time(string format, string mediaType)
    {
        using var cleaned = await Cleaned(Pictures.Animation(5, format), mediaType);
        Assert.Equal((20, 10), (cleaned.Shape.Width, cleaned.Shape.Height));
        using var animation = Picture(cleaned, null);
        Assert.Equal(5, animation.Get("n-pages"));
        Assert.Equal([70, 70, 70, 70, 70], (int[])animation.Get("delay"));
    }

    [Fact]
    public async Task copies_are_made_in_three_sizes_and_never_larger_than_the_picture()
    {
        using var large = await Cleaned(Pictures.Png(2000, 1000), "image/png");
        Assert.Equal([(128, 64), (512, 256), (1280, 640)], Sizes(large));
        using var small = await Cleaned(Pictures.Png(60, 40), "image/png");
        Assert.Equal([(60, 40), (60, 40), (60, 40)], Sizes(small));
        Assert.Equal("#800080", small.Shape.Color); // half red, half blue
    }

    [Fact]
    public async Task of_a_picture_that_is_a_script_too_no_script_is_left()
    {
        var polyglot = Pictures.GifThatIsAScript();
        Assert.Contains("SecretScript", Encoding.Latin1.GetString(polyglot), StringComparison.Ordinal);
        using var cleaned = await Cleaned(polyglot, "image/gif");
        Assert.DoesNotContain("Secret", Text(cleaned, null), StringComparison.Ordinal);
    }

    public static readonly TheoryData<string, byte[], string, string> Unacceptable = new()
    {
        { "100,000 × 100,000 pixels", Pictures.Bomb(), "image/png", Rejections.ImageTooLarge },
        { "one pixel too many", Pictures.WithSize(Pictures.Png(1, 1), 40_001, 1_000), "image/png", Rejections.ImageTooLarge },
        { "a header that promises more than comes", Pictures.WithSize(Pictures.Png(1, 1), 1_000, 1_000), "image/png", Rejections.ImageUnreadable },
        { "a cut PNG", Pictures.Png(600, 400)[..^60], "image/png", Rejections.ImageUnreadable },
        { "a cut JPEG", Pictures.LyingPhoto()[..^300], "image/jpeg", Rejections.ImageUnreadable },
        { "a cut WebP", Pictures.WebP(600, 400)[..^40], "image/webp", Rejections.ImageUnreadable },
        { "a GIF's header alone", Pictures.Animation(1)[..13], "image/gif", Rejections.ImageUnreadable },
        { "another format than it begins like", Pictures.Png(), "image/jpeg", Rejections.ImageUnreadable },
        { "nothing", [], "image/png", Rejections.ImageUnreadable },
    };

    [Theory, MemberData(nameof(Unacceptable))]
    public async Task what_cannot_be_drawn_is_refused_by_code(string what, byte[] picture, string mediaType, string why) =>
        Assert.Equal((what, (Cleaning)new Cleaning.Refused(why)), (what, await Clean(picture, mediaType)));

    [Fact]
    public async Task an_animation_has_so_many_frames_at_most()
    {
        Assert.Equal(new Cleaning.Refused(Rejections.ImageTooLarge), await Clean(Pictures.Animation(5), "image/gif", new() { Worker = [.. ChatServer.Worker], MaxFrames = 4 }));
        Assert.Equal(new Cleaning.Refused(Rejections.ImageTooLarge), await Clean(Pictures.Animation(5), "image/gif", new() { Worker = [.. ChatServer.Worker], MaxPixels = 20 * 10 }));
    }

    [Fact]
    public async Task a_worker_that_hangs_is_killed_with_all_that_it_started()
    {
        var file = Path.GetTempFileName();
        var hangs = new ImageOptions { Worker = ["/bin/sh", "-c", $"sleep 30 & echo $! > {file}; wait"], Timeout = TimeSpan.FromSeconds(2) };
        Assert.Equal("time", await LimitPassed(hangs));
        var child = int.Parse(await File.ReadAllTextAsync(file, Ct), System.Globalization.CultureInfo.InvariantCulture);
        while (IsRunning(child)) await Task.Delay(20, Ct);
        File.Delete(file);
    }

    [Fact]
    public async Task a_worker_that_takes_too_much_memory_is_killed() =>
        Assert.Equal("memory", await LimitPassed(new() { Worker = ["tail", "/dev/zero"], MaxMemory = 64 * 1024 * 1024, Timeout = TimeSpan.FromMinutes(1) }));

    [Fact]
    public void unless_it_is_told_otherwise_a_picture_has_10_seconds_256_MiB_40_megapixels_and_500_frames()
    {
        var usual = new ImageOptions();
        Assert.Equal((TimeSpan.FromSeconds(10), 256L << 20, 40_000_000, 500), (usual.Timeout, usual.MaxMemory, usual.MaxPixels, usual.MaxFrames));
    }

    [Theory]
    [InlineData("kill -SEGV $$")]
    [InlineData("exit 3")]
    [InlineData("echo no report")]
    [InlineData("true")]
    [InlineData("echo '{\"width\":1,\"height\":1}'")]
    public async Task a_worker_that_crashes_or_says_nothing_fails_its_picture(string script) =>
        Assert.Equal(new Cleaning.Refused(Rejections.ImageUnreadable), await Clean(Pictures.Png(), "image/png", new() { Worker = ["/bin/sh", "-c", script] }));

    [Fact]
    public async Task a_worker_is_told_nothing_that_is_not_its_business()
    {
        var file = Path.GetTempFileName();
        Environment.SetEnvironmentVariable("Keys__SecretOfThisTest", "secret");
        await Clean(Pictures.Png(), "image/png", new() { Worker = ["/bin/sh", "-c", $"env > {file}"] });
        var told = await File.ReadAllTextAsync(file, Ct);
        Assert.Contains("VIPS_BLOCK_UNTRUSTED=1", told, StringComparison.Ordinal);
        Assert.DoesNotContain("SecretOfThisTest", told, StringComparison.Ordinal);
        File.Delete(file);
    }

    [Fact]
    public async Task nothing_is_left_in_the_temporary_folder()
    {
        using (await Cleaned(Pictures.Png(), "image/png")) { }
        await Clean(Pictures.Bomb(), "image/png");
        await Clean(Pictures.Png(), "image/png", new() { Worker = ["/bin/sh", "-c", "touch \"$1/trace-of-this-test\"; exit 3"] });
        Assert.DoesNotContain(Directory.EnumerateDirectories(Path.GetTempPath(), "chat-image-*"), static folder => File.Exists(Path.Combine(folder, "trace-of-this-test")));
    }

    [Fact]
    public async Task a_worker_ends_when_its_parent_does()
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        var endless = Path.Combine(folder, "fifo");
        using (var make = Process.Start("mkfifo", [endless])) await make.WaitForExitAsync(Ct);
        using var worker = Process.Start(new ProcessStartInfo(ChatServer.Worker[0], [.. ChatServer.Worker.Skip(1), endless, folder, "image/png", "1", "1"]) { RedirectStandardInput = true })!;
        worker.StandardInput.Close(); // as the kernel does for one that was killed
        await worker.WaitForExitAsync(Ct);
        Assert.NotEqual(0, worker.ExitCode);
        Directory.Delete(folder, recursive: true);
    }

    static Task<Cleaning> Clean(byte[] picture, string mediaType, ImageOptions? options = null) =>
        new ImageProcess(Options.Create(options ?? new() { Worker = [.. ChatServer.Worker], Timeout = TimeSpan.FromMinutes(1) }), NullLogger<ImageProcess>.Instance)
            .Clean(new MemoryStream(picture), mediaType, Ct);

    /// <summary>The limit that a worker is said to have passed; it is refused as too large.</summary>
    static async Task<string> LimitPassed(ImageOptions options)
    {
        var limits = new Limits();
        Assert.Equal(new Cleaning.Refused(Rejections.ImageTooLarge), await new ImageProcess(Options.Create(options), limits).Clean(new MemoryStream(Pictures.Png()), "image/png", Ct));
        return Assert.Single(limits.Passed);
    }

    sealed class Limits : ILogger<ImageProcess>
    {
        public List<string> Passed { get; } = [];

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (state is IEnumerable<KeyValuePair<string, object?>> values) Passed.AddRange(values.Where(static value => value.Key == "Limit").Select(static value => $"{value.Value}"));
        }
    }

    static async Task<Cleaning.Cleaned> Cleaned(byte[] picture, string mediaType) => Assert.IsType<Cleaning.Cleaned>(await Clean(picture, mediaType));

    static Image Picture(Cleaning.Cleaned cleaned, string? variant) => Image.NewFromFile(Path.Combine(cleaned.Folder, variant ?? ImageVariants.Original), kwargs: []);

    static IEnumerable<(int, int)> Sizes(Cleaning.Cleaned cleaned) => ImageVariants.Sides.OrderBy(static variant => variant.Value).Select(variant =>
    {
        using var picture = Picture(cleaned, variant.Key);
        return (picture.Width, picture.Height);
    });

    static string Text(Cleaning.Cleaned cleaned, string? variant) => Encoding.Latin1.GetString(File.ReadAllBytes(Path.Combine(cleaned.Folder, variant ?? ImageVariants.Original)));

    static bool IsRed(Image picture, int x, int y) => picture.Getpoint(x, y) is [> 200, _, < 60];
    static bool IsBlue(Image picture, int x, int y) => picture.Getpoint(x, y) is [< 60, _, > 200];

    static bool IsRunning(int process)
    {
        try
        {
            using var found = Process.GetProcessById(process);
            return !found.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
