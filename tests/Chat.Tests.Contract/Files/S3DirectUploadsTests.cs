using System.Net;
using System.Security.Cryptography;
using Chat.Application.Files;
using Chat.Infrastructure.Files;
using Chat.Testing;

namespace Chat.Tests.Contract.Files;

public sealed class S3DirectUploadsTests : DirectUploadsContract
{
    static readonly byte[] Words = "words"u8.ToArray();

    readonly HttpClient http = new();
    S3Options bucket = null!;
    S3BlobStore store = null!;

    protected override async Task<IBlobStore> Open()
    {
        bucket = await TestBucket.Create(TestS3.SharedOrSkip());
        return store = bucket.Store();
    }

    protected override async Task<bool> Put(DirectAddress address, byte[] content) => (int)await Send(address.Url, content, address.Headers) < 300;

    protected override async ValueTask Close()
    {
        http.Dispose();
        store?.Dispose();
        if (bucket is not null) await TestBucket.Delete(bucket);
    }

    [Fact]
    public async Task the_address_is_good_for_its_own_headers_alone_and_dies()
    {
        var address = await Sign(Words);
        Assert.Equal(["Content-Length", "If-None-Match", "x-amz-checksum-sha256"], address.Headers.Keys.Order(StringComparer.Ordinal));
        foreach (var left in new[] { "If-None-Match", "x-amz-checksum-sha256" })
            Assert.Equal(HttpStatusCode.Forbidden, await Send(address.Url, Words, address.Headers.Where(header => header.Key != left)));
        var others = new Dictionary<string, string>(address.Headers) { ["x-amz-checksum-sha256"] = Convert.ToBase64String(SHA256.HashData("sword"u8)) };
        Assert.Equal(HttpStatusCode.Forbidden, await Send(address.Url, "sword"u8.ToArray(), others));

        var dying = await Direct.Sign(Key, Words.Length, SHA256.HashData(Words), TimeSpan.FromSeconds(1));
        while (await Send(dying.Url, Words, dying.Headers) is var status && status != HttpStatusCode.Forbidden) Assert.True((int)status is 200 or 412, $"{status}");
    }

    [Fact]
    public async Task nothing_is_left_in_the_bucket_but_the_blob_once_the_address_is_discarded()
    {
        Assert.True(await Put(await Sign(Words), Words));
        Assert.Equal([$"chat/staged/{Key}"], await TestBucket.Objects(bucket));
        await Direct.Commit(Key, Words.Length, Ct);
        Assert.Equal([$"chat/{Key}", $"chat/staged/{Key}"], await TestBucket.Objects(bucket));
        Assert.Equal(0, await Staged()); // it holds the place and nothing else
        await Direct.Discard(Key, Ct);
        Assert.Equal([$"chat/{Key}"], await TestBucket.Objects(bucket));
    }

    [Fact]
    public async Task a_commit_that_was_cut_off_after_the_copy_closes_the_address_when_it_is_done_again()
    {
        var address = await Sign(Words);
        await Put(address, Words);
        await Direct.Commit(Key, Words.Length, Ct);
        await Direct.Discard(Key, Ct); // as if it had not come to closing it
        Assert.Equal(Words.Length, await Direct.Commit(Key, Words.Length, Ct));
        Assert.False(await Put(address, Words));
    }

    async Task<long> Staged()
    {
        using var client = TestS3.Client(bucket.Endpoint!);
        return (await client.GetObjectMetadataAsync(bucket.Bucket, $"chat/staged/{Key}", Ct)).ContentLength;
    }

    async Task<HttpStatusCode> Send(Uri address, byte[] content, IEnumerable<KeyValuePair<string, string>> headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, address) { Content = new ByteArrayContent(content) };
        foreach (var (name, value) in headers.Where(static header => header.Key != "Content-Length")) request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await http.SendAsync(request, Ct);
        return answer.StatusCode;
    }
}
