using Chat.Application.Files;
using Chat.Infrastructure.Files;
using Chat.Testing;

namespace Chat.Tests.Contract.Files;

/// <summary>A server that is killed, and one that is not there.</summary>
public sealed class S3FaultsTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task killed_in_the_middle_of_a_multipart_upload_it_goes_on_from_what_was_durable()
    {
        await using var server = await TestS3.StartOrSkip();
        var bucket = await TestBucket.Create(server.Address);
        using var store = bucket.Store();
        var key = new BlobKey(Guid.CreateVersion7());
        var bytes = new byte[20_000_000];
        Random.Shared.NextBytes(bytes);

        await Assert.ThrowsAsync<BlobStoreUnavailableException>(() => store.Append(key, 0, new Killing(bytes, at: 12_000_000, server.Kill), Ct));
        await Assert.ThrowsAsync<BlobStoreUnavailableException>(() => store.Received(key, Ct));

        await server.Run();
        var there = (int)await store.Received(key, Ct);
        Assert.Equal(10 * 1024 * 1024, there); // the parts that were acknowledged
        await store.Append(key, there, new MemoryStream(bytes, there, bytes.Length - there), Ct);
        await store.Complete(key, Ct);
        using var content = new MemoryStream();
        await using (var stream = await store.Read(key, 0, null, Ct)) await stream!.CopyToAsync(content, Ct);
        Assert.True(bytes.AsSpan().SequenceEqual(content.ToArray()));
    }

    [Fact]
    public async Task while_nobody_answers_every_call_says_that_it_is_unavailable()
    {
        using var store = new S3Options { Bucket = "b", Endpoint = new("http://127.0.0.1:1"), AccessKey = "k", SecretKey = "s", PathStyle = true }.Store();
        var key = new BlobKey(Guid.CreateVersion7());
        foreach (var call in (Func<Task>[])
        [
            () => store.Append(key, 0, new MemoryStream([1]), Ct), () => store.Received(key, Ct), () => store.Complete(key, Ct), () => store.Size(key, Ct),
            () => store.Read(key, 0, null, Ct), () => store.Put(key, new MemoryStream([1]), "image/webp", Ct), () => store.Delete(key, Ct),
        ])
        {
            await Assert.ThrowsAsync<BlobStoreUnavailableException>(call);
        }
    }

    /// <summary>Kills the server when so many bytes have been read.</summary>
    sealed class Killing(byte[] bytes, int at, Func<Task> kill) : MemoryStream(bytes)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var before = Position;
            var read = await base.ReadAsync(buffer, cancellationToken);
            if (before < at && Position >= at) await kill();
            return read;
        }
    }
}
