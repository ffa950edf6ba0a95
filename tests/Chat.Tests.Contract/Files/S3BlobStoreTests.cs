using System.Net;
using Chat.Application.Files;
using Chat.Infrastructure.Files;
using Chat.Testing;

namespace Chat.Tests.Contract.Files;

public sealed class S3BlobStoreTests : BlobStoreContract
{
    S3Options bucket = null!;
    readonly List<S3BlobStore> opened = [];

    protected override async Task<IBlobStore> Open()
    {
        bucket = await TestBucket.Create(TestS3.SharedOrSkip());
        return Reopen();
    }

    protected override IBlobStore Reopen()
    {
        opened.Add(bucket.Store());
        return opened[^1];
    }

    protected override async ValueTask Close()
    {
        foreach (var store in opened) store.Dispose();
        if (bucket is not null) await TestBucket.Delete(bucket);
    }

    [Fact]
    public async Task a_link_gives_the_bytes_as_they_are_to_be_shown_and_then_dies()
    {
        var (key, bytes) = (New(), Bytes(1_000));
        await Store.Put(key, new MemoryStream(bytes), "image/webp", Ct);
        const string disposition = "attachment; filename=\"a.txt\"; filename*=UTF-8''%C3%A4.txt";
        using var http = new HttpClient();

        using var answer = await http.GetAsync(await Store.Link(key, "text/plain", disposition, TimeSpan.FromMinutes(5), Ct), Ct);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(bytes, await answer.Content.ReadAsByteArrayAsync(Ct));
        Assert.Equal("text/plain", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(disposition, string.Join("", answer.Content.Headers.GetValues("Content-Disposition")));

        var dying = await Store.Link(key, "text/plain", disposition, TimeSpan.FromSeconds(1), Ct);
        while (await Status(http, dying!) is var status && status != HttpStatusCode.Forbidden) Assert.Equal(HttpStatusCode.OK, status);
    }

    [Fact]
    public async Task nothing_is_left_in_the_bucket_beside_what_is_complete()
    {
        var (key, deleted) = (New(), New());
        foreach (var blob in (BlobKey[])[key, deleted]) await Store.Append(blob, 0, new MemoryStream(Bytes(6_000_000)), Ct);
        await Store.Complete(key, Ct);
        await Store.Delete(deleted, Ct);
        Assert.Equal([$"chat/{key}"], await TestBucket.Objects(bucket));
    }

    [Fact]
    public async Task a_wrong_secret_or_bucket_makes_it_unavailable()
    {
        foreach (var wrong in (S3Options[])[Like(secret: "wrong"), Like(name: "no-such-bucket")])
        {
            using var store = wrong.Store();
            await Assert.ThrowsAsync<BlobStoreUnavailableException>(() => store.Append(New(), 0, new MemoryStream([1]), Ct));
            await Assert.ThrowsAsync<BlobStoreUnavailableException>(() => store.Read(New(), 0, null, Ct));
        }
    }

    static async Task<HttpStatusCode> Status(HttpClient http, Uri address)
    {
        using var answer = await http.GetAsync(address, Ct);
        return answer.StatusCode;
    }

    S3Options Like(string? secret = null, string? name = null) =>
        new() { Bucket = name ?? bucket.Bucket, Endpoint = bucket.Endpoint, AccessKey = bucket.AccessKey, SecretKey = secret ?? bucket.SecretKey, PathStyle = true };
}
