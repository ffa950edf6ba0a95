using Chat.Application.Files;
using Chat.Infrastructure.Files;
using Microsoft.Extensions.Options;

namespace Chat.Tests.Contract.Files;

public sealed class LocalBlobStoreTests : BlobStoreContract
{
    readonly string folder = Path.Combine(Path.GetTempPath(), $"chat-files-{Guid.NewGuid():N}");

    protected override Task<IBlobStore> Open() => Task.FromResult(Reopen());

    protected override IBlobStore Reopen() => new LocalBlobStore(Options.Create(new FilesOptions { Path = folder }));

    protected override ValueTask Close()
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task nothing_is_left_on_the_disk_of_what_was_deleted_or_broken_off()
    {
        await Assert.ThrowsAsync<BrokenOff>(() => Store.Put(New(), new BreakingOff([1]), "image/webp", Ct));
        var key = New();
        await Store.Append(key, 0, new MemoryStream([1]), Ct);
        await Store.Delete(key, Ct);
        Assert.Empty(Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task only_one_writes_a_blob_at_a_time()
    {
        var (key, content) = (New(), new Waiting());
        var first = Store.Append(key, 0, content, Ct);
        await content.Asked.Task.WaitAsync(Ct);
        await Assert.ThrowsAsync<BlobStoreUnavailableException>(() => Reopen().Append(key, 0, new MemoryStream([2]), Ct));
        content.Go.SetResult();
        Assert.Equal(0, await first);
    }

    [Fact]
    public async Task a_folder_that_cannot_be_used_makes_it_unavailable()
    {
        await File.WriteAllTextAsync(folder, "a file", Ct);
        try
        {
            await Assert.ThrowsAsync<BlobStoreUnavailableException>(() => Store.Append(New(), 0, new MemoryStream([1]), Ct));
            await Assert.ThrowsAsync<BlobStoreUnavailableException>(() => Store.Put(New(), new MemoryStream([1]), "image/webp", Ct));
        }
        finally
        {
            File.Delete(folder);
        }
    }

    sealed class Waiting : MemoryStream
    {
        public TaskCompletionSource Asked { get; } = new();
        public TaskCompletionSource Go { get; } = new();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Asked.TrySetResult();
            await Go.Task.WaitAsync(cancellationToken);
            return 0;
        }
    }
}
