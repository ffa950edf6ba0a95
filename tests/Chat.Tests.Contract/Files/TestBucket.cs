using Chat.Infrastructure.Files;
using Chat.Testing;
using Microsoft.Extensions.Options;

namespace Chat.Tests.Contract.Files;

/// <summary>A bucket of a test's own, named as an operator would in the settings.</summary>
static class TestBucket
{
    public static async Task<S3Options> Create(Uri server)
    {
        var name = $"test-{Guid.NewGuid():N}";
        using var client = TestS3.Client(server);
        await client.PutBucketAsync(name, TestContext.Current.CancellationToken);
        return new() { Bucket = name, Endpoint = server, AccessKey = TestS3.Key, SecretKey = TestS3.Secret, PathStyle = true, Prefix = "chat/", PartBytes = S3Options.MinPartBytes };
    }

    /// <summary>The names of all objects.</summary>
    public static async Task<IReadOnlyList<string>> Objects(S3Options options)
    {
        using var client = TestS3.Client(options.Endpoint!);
        var page = await client.ListObjectsV2Async(new() { BucketName = options.Bucket }, TestContext.Current.CancellationToken);
        return [.. (page.S3Objects ?? []).Select(static o => o.Key)];
    }

    public static async Task Delete(S3Options options)
    {
        using var client = TestS3.Client(options.Endpoint!);
        foreach (var name in await Objects(options)) await client.DeleteObjectAsync(options.Bucket, name);
        await client.DeleteBucketAsync(options.Bucket);
    }

    public static S3BlobStore Store(this S3Options options) => new(Options.Create(new FilesOptions { S3 = options }));
}
