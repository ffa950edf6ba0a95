using Amazon.S3.Model;
using Chat.Testing;

namespace Chat.Tests.Integration.Files;

/// <summary>A server whose files are in a bucket of its own.</summary>
public sealed class S3FilesServer : FilesServer
{
    static readonly string? Address = Environment.GetEnvironmentVariable("CHAT_TEST_S3");

    readonly string bucket = $"test-{Guid.NewGuid():N}";

    protected override IEnumerable<(string Name, string Value)> More => base.More.Concat(
    [
        ("Files:S3:Bucket", bucket), ("Files:S3:Endpoint", $"{Address}"), ("Files:S3:PathStyle", "true"), ("Files:S3:AccessKey", TestS3.Key), ("Files:S3:SecretKey", TestS3.Secret),
    ]);

    static bool IsThere => Address is { Length: > 0 } && TestDatabase.HasServer;

    public override async ValueTask InitializeAsync()
    {
        if (!IsThere) return;
        using var client = TestS3.Client(new(Address!));
        await client.PutBucketAsync(bucket);
        await base.InitializeAsync();
    }

    /// <summary>The names of all objects that have to do with a file.</summary>
    public async Task<IReadOnlyList<string>> Objects(Guid file)
    {
        using var client = TestS3.Client(new(Address!));
        var page = await client.ListObjectsV2Async(new() { BucketName = bucket }, Ct);
        return [.. (page.S3Objects ?? []).Where(found => found.Key.Contains($"{file:N}", StringComparison.Ordinal)).Select(static found => found.Key)];
    }

    /// <summary>Puts bytes where a client would, past all that its address is signed for.</summary>
    public async Task Smuggle(Guid file, byte[] content)
    {
        using var client = TestS3.Client(new(Address!));
        await client.PutObjectAsync(new() { BucketName = bucket, Key = $"staged/{file:N}", InputStream = new MemoryStream(content) }, Ct);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (!IsThere) return;
        using var client = TestS3.Client(new(Address!));
        while ((await client.ListObjectsV2Async(new() { BucketName = bucket })).S3Objects is { Count: > 0 } left)
            await client.DeleteObjectsAsync(new() { BucketName = bucket, Objects = [.. left.Select(static found => new KeyVersion { Key = found.Key })] });
        await client.DeleteBucketAsync(bucket);
    }
}
