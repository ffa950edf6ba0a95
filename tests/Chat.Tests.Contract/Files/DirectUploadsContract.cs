using System.Security.Cryptography;
using Chat.Application.Files;

namespace Chat.Tests.Contract.Files;

/// <summary>What every store keeps to that takes bytes from clients itself.</summary>
public abstract class DirectUploadsContract : IAsyncLifetime
{
    static readonly byte[] Words = "words"u8.ToArray();
    protected static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    protected BlobKey Key { get; } = new(Guid.CreateVersion7());

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    protected IBlobStore Store { get; private set; } = null!;

    protected IDirectUploads Direct => (IDirectUploads)Store;

    protected abstract Task<IBlobStore> Open();

    /// <summary>Sends bytes as a client does, with the headers it was told; whether they were taken.</summary>
    protected abstract Task<bool> Put(DirectAddress address, byte[] content);

    protected virtual ValueTask Close() => ValueTask.CompletedTask;

    public async ValueTask InitializeAsync() => Store = await Open();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Close();
    }

    protected Task<DirectAddress> Sign(byte[] content) => Direct.Sign(Key, content.Length, SHA256.HashData(content), Life);

    [Fact]
    public async Task what_a_client_has_put_is_the_blob_once_it_is_committed()
    {
        var address = await Sign(Words);
        Assert.Equal(0, await Direct.Commit(Key, Words.Length, Ct));
        Assert.True(await Put(address, Words));
        Assert.Null(await Store.Size(Key, Ct));

        Assert.Equal(Words.Length, await Direct.Commit(Key, Words.Length, Ct));
        await Store.Complete(Key, Ct); // as any upload's last step
        Assert.Equal(Words, await Content());
        Assert.Equal(Words.Length, await Direct.Commit(Key, Words.Length, Ct));
    }

    [Theory]
    [InlineData("word")]
    [InlineData("words and more")]
    [InlineData("sword")]
    public async Task the_address_takes_nothing_but_those_bytes(string others)
    {
        var address = await Sign(Words);
        Assert.False(await Put(address, System.Text.Encoding.ASCII.GetBytes(others)));
        Assert.Equal(0, await Direct.Commit(Key, Words.Length, Ct));
        Assert.True(await Put(address, Words));
    }

    [Fact]
    public async Task the_address_takes_them_once_and_not_after_it_was_committed_or_closed_or_the_blob_deleted()
    {
        var address = await Sign(Words);
        Assert.True(await Put(address, Words));
        Assert.False(await Put(address, Words));
        await Direct.Commit(Key, Words.Length, Ct);
        Assert.False(await Put(address, Words));
        await Store.Delete(Key, Ct);
        Assert.False(await Put(address, Words));
        await Direct.Close(Key, Ct);
        Assert.False(await Put(address, Words));
        Assert.Equal(0, await Direct.Commit(Key, Words.Length, Ct));
    }

    [Fact]
    public async Task what_has_another_size_than_it_should_is_told_and_not_committed()
    {
        await Put(await Sign(Words), Words);
        Assert.Equal(Words.Length, await Direct.Commit(Key, 7, Ct));
        Assert.Null(await Store.Size(Key, Ct));
    }

    [Fact]
    public async Task deleting_a_blob_that_was_put_and_not_committed_drops_the_bytes()
    {
        await Put(await Sign(Words), Words);
        await Store.Delete(Key, Ct);
        Assert.Equal(0, await Direct.Commit(Key, Words.Length, Ct));
        await Direct.Discard(Key, Ct);
        await Direct.Discard(Key, Ct);
    }

    async Task<byte[]> Content()
    {
        await using var stream = await Store.Read(Key, 0, null, Ct);
        var bytes = new MemoryStream();
        await stream!.CopyToAsync(bytes, Ct);
        return bytes.ToArray();
    }
}
