using System.Security.Cryptography;
using Chat.Application.Files;

namespace Chat.Tests.Contract.Files;

/// <summary>What every store of bytes keeps to.</summary>
public abstract class BlobStoreContract : IAsyncLifetime
{
    const int Large = 13_000_000; // more than one part of S3, and no whole number of them

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    protected IBlobStore Store { get; private set; } = null!;

    protected abstract Task<IBlobStore> Open();

    /// <summary>The same store as another process would see it.</summary>
    protected abstract IBlobStore Reopen();

    protected virtual ValueTask Close() => ValueTask.CompletedTask;

    public async ValueTask InitializeAsync() => Store = await Open();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Close();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1_000_000)]
    [InlineData(Large)]
    public async Task what_was_appended_is_read_once_it_is_complete(int size)
    {
        var (key, bytes) = (New(), Bytes(size));
        Assert.Equal(size, await Store.Append(key, 0, new MemoryStream(bytes), Ct));
        Assert.Null(await Store.Read(key, 0, null, Ct));
        Assert.Null(await Store.Size(key, Ct));

        await Store.Complete(key, Ct);
        await AssertHolds(key, bytes);
        Assert.Equal(size, await Store.Size(key, Ct));
    }

    [Fact]
    public async Task pieces_of_any_size_are_joined_also_by_another_process()
    {
        var (key, bytes) = (New(), Bytes(Large));
        var there = 0;
        foreach (var piece in (int[])[1, 0, 5_000_000, 100, 4_000_000, Large - 9_000_101])
        {
            Assert.Equal(there, await Reopen().Received(key, Ct));
            there += piece;
            Assert.Equal(there, await Reopen().Append(key, there - piece, new MemoryStream(bytes, there - piece, piece), Ct));
        }
        await Reopen().Complete(key, Ct);
        await AssertHolds(key, bytes);
    }

    [Fact]
    public async Task another_offset_than_what_is_there_is_refused_and_changes_nothing()
    {
        var key = New();
        Assert.Equal(0, (await Assert.ThrowsAsync<BlobOffsetException>(() => Store.Append(key, 1, new MemoryStream([1]), Ct))).There);
        await Store.Append(key, 0, new MemoryStream([1, 2, 3]), Ct);
        foreach (var offset in (long[])[0, 2, 4]) Assert.Equal(3, (await Assert.ThrowsAsync<BlobOffsetException>(() => Store.Append(key, offset, new MemoryStream([9]), Ct))).There);
        await Store.Complete(key, Ct);
        await AssertHolds(key, [1, 2, 3]);
    }

    [Theory]
    [InlineData(700)]
    [InlineData(9_000_000)]
    public async Task when_the_content_breaks_off_what_came_before_stays(int before)
    {
        var (key, bytes) = (New(), Bytes(Large));
        await Assert.ThrowsAsync<BrokenOff>(() => Store.Append(key, 0, new BreakingOff(bytes[..before]), Ct));

        var there = (int)await Reopen().Received(key, Ct);
        Assert.Equal(before, there);
        await Reopen().Append(key, there, new MemoryStream(bytes[there..]), Ct);
        await Store.Complete(key, Ct);
        await AssertHolds(key, bytes);
    }

    [Fact]
    public async Task what_is_complete_never_changes()
    {
        var key = New();
        await Store.Append(key, 0, new MemoryStream([1, 2, 3]), Ct);
        await Store.Complete(key, Ct);
        await Store.Complete(key, Ct);
        await Reopen().Complete(key, Ct);

        Assert.Equal(3, await Store.Received(key, Ct));
        foreach (var offset in (long[])[0, 3]) Assert.Equal(3, (await Assert.ThrowsAsync<BlobOffsetException>(() => Store.Append(key, offset, new MemoryStream([9]), Ct))).There);
        await Store.Put(key, new MemoryStream([9]), "image/webp", Ct);
        await AssertHolds(key, [1, 2, 3]);
    }

    [Fact]
    public async Task a_range_is_read_and_nothing_beyond_the_end()
    {
        var (key, bytes) = (New(), Bytes(10_000));
        await Store.Put(key, new MemoryStream(bytes), "image/webp", Ct);
        Assert.Equal(bytes[5_000..], await Content(key, 5_000, null));
        Assert.Equal(bytes[5_000..5_010], await Content(key, 5_000, 10));
        Assert.Equal(bytes[9_990..], await Content(key, 9_990, 100));
        Assert.Empty(await Content(key, 10_000, 10));
        Assert.Empty(await Content(key, 1, 0));
    }

    [Fact]
    public async Task variants_go_with_their_blob_and_no_other_does()
    {
        var (key, other, unfinished) = (New(), New(), New());
        await Store.Put(key, new MemoryStream([1]), "image/png", Ct);
        await Store.Put(key with { Variant = "small" }, new MemoryStream([2]), "image/webp", Ct);
        await Store.Put(other, new MemoryStream([3]), "image/png", Ct);
        await Store.Append(unfinished, 0, new MemoryStream(Bytes(Large)), Ct);
        await AssertHolds(key with { Variant = "small" }, [2]);

        foreach (var gone in (BlobKey[])[key, unfinished, New(), key]) await Store.Delete(gone, Ct);

        Assert.Null(await Store.Read(key, 0, null, Ct));
        Assert.Null(await Store.Size(key with { Variant = "small" }, Ct));
        Assert.Equal(0, await Store.Received(unfinished, Ct));
        await AssertHolds(other, [3]);
    }

    [Fact]
    public async Task nothing_is_known_of_what_was_never_written()
    {
        var key = New();
        Assert.Equal(0, await Store.Received(key, Ct));
        Assert.Null(await Store.Size(key, Ct));
        Assert.Null(await Store.Read(key, 0, null, Ct));
        Assert.Null(await Store.Read(key, 0, 0, Ct));
        await Assert.ThrowsAsync<BlobStoreUnavailableException>(() => Store.Complete(key, Ct));
    }

    protected static BlobKey New() => new(Guid.CreateVersion7());

    protected static byte[] Bytes(int count) => RandomNumberGenerator.GetBytes(count);

    protected async Task AssertHolds(BlobKey key, byte[] bytes)
    {
        var held = await Content(key, 0, null);
        Assert.True(bytes.AsSpan().SequenceEqual(held), $"{held.Length} bytes came, of {bytes.Length}.");
    }

    async Task<byte[]> Content(BlobKey key, long offset, long? length)
    {
        await using var stream = await Reopen().Read(key, offset, length, Ct);
        var bytes = new MemoryStream();
        await stream!.CopyToAsync(bytes, Ct);
        return bytes.ToArray();
    }

    /// <summary>A client that is gone in the middle.</summary>
    protected sealed class BreakingOff(byte[] before) : MemoryStream(before)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await base.ReadAsync(buffer, cancellationToken) is > 0 and var read ? read : throw new BrokenOff();
    }

    protected sealed class BrokenOff : IOException;
}
