using System.Globalization;
using Amazon.S3;
using Amazon.S3.Model;
using Chat.Application.Files;

namespace Chat.Infrastructure.Files;

/// <summary>
/// What a client puts into the bucket itself: an object beside the blob, made only where there is none. An empty one closes the address, for it is
/// what any later request finds there.
/// </summary>
sealed class S3Staged(S3Bucket bucket, BlobKey key)
{
    readonly string name = bucket.StagedNameOf(key), blob = bucket.NameOf(key);

    public async Task<DirectAddress> Sign(long size, byte[] sha256, TimeSpan life)
    {
        var headers = new Dictionary<string, string>
        {
            ["Content-Length"] = size.ToString(CultureInfo.InvariantCulture), ["If-None-Match"] = "*", ["x-amz-checksum-sha256"] = Convert.ToBase64String(sha256),
        };
        var request = new GetPreSignedUrlRequest
        {
            BucketName = bucket.Name, Key = name, Verb = HttpVerb.PUT, Expires = DateTime.UtcNow + life, Protocol = bucket.Protocol,
        };
        foreach (var (header, value) in headers) request.Headers[header] = value;
        return new(new(await bucket.Ask(s3 => s3.GetPreSignedURLAsync(request))), headers);
    }

    public async Task<long> Commit(long size, CancellationToken ct)
    {
        if (await bucket.Size(blob, ct) is { } done)
        {
            await Close(ct); // a process may have been killed after the copy
            return done;
        }
        if (await bucket.Find(s3 => s3.GetObjectMetadataAsync(bucket.Name, name, ct)) is not { } put) return 0;
        if (put.ContentLength == size)
        {
            await Copy(put.ETag, ct);
            await Close(ct);
        }
        return put.ContentLength;
    }

    public Task Close(CancellationToken ct) => bucket.PutEmpty(name, ct);

    /// <summary>Drops bytes that were put; what is empty already may be there to close the address.</summary>
    public async Task Drop(CancellationToken ct)
    {
        if (await bucket.Size(name, ct) > 0) await Close(ct);
    }

    public Task Discard(CancellationToken ct) => bucket.DeleteAll(name, ct);

    // Of what was measured and of nothing that came since; what the client said of its type stays behind.
    async Task Copy(string etag, CancellationToken ct) => await bucket.Ask(s3 => s3.CopyObjectAsync(new()
    {
        SourceBucket = bucket.Name, SourceKey = name, ETagToMatch = etag, DestinationBucket = bucket.Name, DestinationKey = blob,
        MetadataDirective = S3MetadataDirective.REPLACE, ContentType = S3Multipart.MediaType,
    }, ct));
}
