using System.Security.Cryptography;
using System.Text;
using Chat.Application.Files;
using Chat.Domain;
using Chat.Domain.Conversations;
using Chat.Testing;

namespace Chat.Tests.Unit.Files;

public sealed class FileCheckSpecs
{
    static readonly UserId Ann = new(Guid.NewGuid());
    static readonly byte[] Gif = "GIF89a and so on"u8.ToArray();

    readonly InMemoryFileChecks files = new();
    readonly InMemoryBlobStore blobs = new();
    readonly InMemoryVirusScanner scanner = new();
    readonly InMemoryImageCleaner images = new();

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    FileCheck Check => new(files, blobs, scanner, images);

    [Fact]
    public async Task a_file_becomes_ready_as_what_its_content_is()
    {
        var file = await Arrived("words"u8.ToArray(), "notes.pdf", "application/pdf");
        await Check.Run(file, Ct);
        Assert.Equal((FileState.Ready, ContentType.Text.MediaType, 5), (files[file].State, files[file].MediaType, files[file].Size));
        Assert.Equal(SHA256.HashData("words"u8), files[file].Sha256);
        Assert.Equal("words", await Served(file));
    }

    [Fact]
    public async Task of_a_picture_only_what_was_drawn_anew_is_kept()
    {
        var file = await Arrived(Gif, "a.gif");
        await Check.Run(file, Ct);
        Assert.Equal((FileState.Ready, "image/gif", new ImageShape(2, 1, "#102030")), (files[file].State, files[file].MediaType, files[file].Image!));
        Assert.Equal(InMemoryImageCleaner.Redrawn, await Served(file));
        Assert.Equal(SHA256.HashData(Encoding.UTF8.GetBytes(InMemoryImageCleaner.Redrawn)), files[file].Sha256);
        Assert.Equal(InMemoryImageCleaner.Redrawn.Length, files[file].Size);
        Assert.Equal([null, "large", "medium", "small"], blobs.Keys.Select(static key => key.Variant).Order());
        Assert.DoesNotContain(blobs.Keys, key => key.Value == file.Value);
    }

    [Fact]
    public async Task equal_content_of_one_owner_is_kept_once_and_of_two_owners_twice()
    {
        var (first, second, others) = (await Arrived("same"u8.ToArray(), "1"), await Arrived("same"u8.ToArray(), "2"), await Arrived("same"u8.ToArray(), "3", owner: new(Guid.NewGuid())));
        foreach (var file in new[] { first, second, others }) await Check.Run(file, Ct);
        Assert.Equal(files[first].Blob, files[second].Blob);
        Assert.Equal([first.Value, others.Value], blobs.Keys.Select(static key => key.Value).Order(Comparer<Guid>.Create((a, b) => a == first.Value ? -1 : 1)));
    }

    [Fact]
    public async Task doing_it_again_changes_nothing()
    {
        foreach (var file in new[] { await Arrived(Gif, "a.gif"), await Arrived("words"u8.ToArray(), "b") })
        {
            await Check.Run(file, Ct);
            var (row, keys) = (files[file], blobs.Keys.Count());
            await Check.Run(file, Ct);
            Assert.Equal((row, keys), (files[file], blobs.Keys.Count()));
        }
    }

    [Fact]
    public async Task what_is_left_of_a_crash_after_the_verdict_is_deleted_the_next_time()
    {
        var file = await Arrived(Gif, "a.gif");
        await Check.Run(file, Ct);
        await blobs.Put(new(file.Value), new MemoryStream(Gif), "", Ct); // as if it had not come to deleting it
        await Check.Run(file, Ct);
        Assert.DoesNotContain(blobs.Keys, key => key.Value == file.Value);
    }

    [Fact]
    public async Task what_was_removed_meanwhile_leaves_nothing()
    {
        var file = await Arrived("words"u8.ToArray(), "b");
        files.Remove(file);
        await Check.Run(file, Ct);
        Assert.Empty(blobs.Keys);
    }

    [Theory]
    [InlineData("a.png", "words", null, null, Rejections.TypeMismatch)]
    [InlineData("a.gif", "GIF89a", null, Rejections.ImageTooLarge, Rejections.ImageTooLarge)]
    [InlineData("a.gif", "GIF89a", null, Rejections.ImageUnreadable, Rejections.ImageUnreadable)]
    [InlineData("a.txt", "words", "Eicar", null, Rejections.Infected)]
    [InlineData("a.gif", "GIF89a", "Eicar", null, Rejections.Infected)]
    public async Task what_is_rejected_says_why_and_is_deleted(string name, string content, string? found, string? refused, string why)
    {
        (scanner.Finds, images.Refuses) = (found, refused);
        var file = await Arrived(Encoding.ASCII.GetBytes(content), name);
        await Check.Run(file, Ct);
        Assert.Equal((FileState.Rejected, why), (files[file].State, files[file].Why));
        Assert.Empty(blobs.Keys);
    }

    [Fact]
    public async Task bytes_that_are_not_those_that_were_announced_are_rejected_and_deleted()
    {
        var (right, wrong) = (await Arrived("words"u8.ToArray(), "a"), await Arrived("sword"u8.ToArray(), "b"));
        foreach (var file in new[] { right, wrong })
        {
            files[file] = files[file] with { DeclaredSha256 = SHA256.HashData("words"u8) };
            await Check.Run(file, Ct);
        }
        Assert.Equal((FileState.Ready, FileState.Rejected, Rejections.ChecksumMismatch), (files[right].State, files[wrong].State, files[wrong].Why));
        Assert.Equal([right.Value], blobs.Keys.Select(static key => key.Value));
    }

    [Fact]
    public async Task without_the_scanner_nothing_passes_and_nothing_is_given_up()
    {
        scanner.Away = true;
        var file = await Arrived("words"u8.ToArray(), "b");
        for (var times = 0; times < 2 * FileCheck.Tries; times++) await Assert.ThrowsAsync<ScannerUnavailableException>(() => Check.Run(file, Ct));
        Assert.Equal((FileState.Checking, 0), (files[file].State, files.Tries(file)));

        scanner.Away = false;
        await Check.Run(file, Ct);
        Assert.Equal(FileState.Ready, files[file].State);
    }

    [Fact]
    public async Task a_file_that_took_the_process_with_it_each_time_is_given_up()
    {
        var file = await Arrived("words"u8.ToArray(), "b");
        for (var crashes = 0; crashes < FileCheck.Tries; crashes++) await files.Begin(file, Ct);
        await Check.Run(file, Ct);
        Assert.Equal((FileState.Rejected, Rejections.ProcessingFailed), (files[file].State, files[file].Why));
        Assert.Empty(blobs.Keys);
    }

    async Task<FileId> Arrived(byte[] content, string name, string? declared = null, UserId? owner = null)
    {
        var id = new FileId(Guid.NewGuid());
        await blobs.Put(new(id.Value), new MemoryStream(content), "", Ct);
        files[id] = new(id, owner ?? Ann, name, content.Length, content.Length, declared, FileState.Checking, null, null, null, null, new(id.Value), default, default);
        return id;
    }

    async Task<string> Served(FileId file)
    {
        using var reader = new StreamReader((await blobs.Read(files[file].Blob, 0, null, Ct))!);
        return await reader.ReadToEndAsync(Ct);
    }
}
