using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Chat.Application.Files;
using Microsoft.Extensions.Options;

namespace Chat.Infrastructure.Files;

/// <summary>Blobs as objects of a bucket. Everything about an unfinished one is found on the server, so any node can go on with it.</summary>
public sealed class S3BlobStore(IOptions<FilesOptions> options) : IBlobStore, IDirectUploads, IDisposable
{
    readonly S3Bucket bucket = new(options.Value.S3);

    public Task<long> Append(BlobKey key, long offset, Stream content, CancellationToken ct) => Multipart(key).Append(offset, content, ct);

    public async Task<long> Received(BlobKey key, CancellationToken ct) => await Multipart(key).Received(ct) ?? await Size(key, ct) ?? 0;

    public async Task Complete(BlobKey key, CancellationToken ct)
    {
        if (await Size(key, ct) is null) await Multipart(key).Complete(ct);
        await Multipart(key).Clean(ct);
    }

    public async Task Put(BlobKey key, Stream content, string mediaType, CancellationToken ct)
    {
        await using var spool = Spool.Create(); // the length comes first
        await spool.Fill(content, long.MaxValue, ct);
        await bucket.Put(bucket.NameOf(key), spool, mediaType, unlessThere: true, ct);
    }

    public async Task<Stream?> Read(BlobKey key, long offset, long? length, CancellationToken ct)
    {
        if (length == 0) return await Size(key, ct) is null ? null : Stream.Null;
        var request = new GetObjectRequest
        {
            BucketName = bucket.Name, Key = bucket.NameOf(key),
            ByteRange = length is { } most ? new(offset, offset + most - 1) : offset > 0 ? new($"bytes={offset}-") : null,
        };
        return await bucket.Find(async s3 => (await s3.GetObjectAsync(request, ct)).ResponseStream, HttpStatusCode.RequestedRangeNotSatisfiable, Stream.Null);
    }

    public async Task<long?> Size(BlobKey key, CancellationToken ct) => await bucket.Size(bucket.NameOf(key), ct);

    public async Task Delete(BlobKey key, CancellationToken ct)
    {
        await Multipart(key).Abort(ct);
        await bucket.DeleteAll(bucket.NameOf(key), ct);
        await Staged(key).Drop(ct);
    }

    public async ValueTask<Uri?> Link(BlobKey key, string mediaType, string disposition, TimeSpan life, CancellationToken ct) => new(await bucket.Ask(s3 => s3.GetPreSignedURLAsync(new()
    {
        BucketName = bucket.Name, Key = bucket.NameOf(key), Verb = HttpVerb.GET, Expires = DateTime.UtcNow + life, Protocol = bucket.Protocol,
        ResponseHeaderOverrides = { ContentType = mediaType, ContentDisposition = disposition, CacheControl = "private, no-store" },
    })));

    public long MaxBytes => 5L * 1024 * 1024 * 1024; // of one PUT, and of one copy

    public Task<DirectAddress> Sign(BlobKey key, long size, byte[] sha256, TimeSpan life) => Staged(key).Sign(size, sha256, life);

    public Task<long> Commit(BlobKey key, long size, CancellationToken ct) => Staged(key).Commit(size, ct);

    public Task Close(BlobKey key, CancellationToken ct) => Staged(key).Close(ct);

    public Task Discard(BlobKey key, CancellationToken ct) => Staged(key).Discard(ct);

    public void Dispose() => bucket.Dispose();

    S3Multipart Multipart(BlobKey key) => new(bucket, bucket.NameOf(key));

    S3Staged Staged(BlobKey key) => new(bucket, key);
}

/// <summary>A bucket, and what its faults mean here.</summary>
sealed class S3Bucket(S3Options options) : IDisposable
{
    const int Retries = 2;

    readonly AmazonS3Client client = Connect(options);

    public string Name => options.Bucket!;
    public int PartBytes => options.PartBytes;
    public Protocol Protocol => options.Endpoint?.Scheme == Uri.UriSchemeHttp ? Protocol.HTTP : Protocol.HTTPS;

    public string NameOf(BlobKey key) => $"{options.Prefix}{key}";

    // A folder of their own, so that the bucket may have a rule for what is left there.
    public string StagedNameOf(BlobKey key) => $"{options.Prefix}staged/{key}";

    /// <exception cref="BlobStoreUnavailableException">It cannot be reached, or answers with an error.</exception>
    public async Task<T> Ask<T>(Func<IAmazonS3, Task<T>> request)
    {
        try
        {
            return await request(client);
        }
        catch (Exception fault) when (fault is AmazonServiceException or AmazonClientException or HttpRequestException or IOException or TimeoutException
            or TaskCanceledException { InnerException: TimeoutException })
        {
            throw new BlobStoreUnavailableException($"S3 does not do what it is asked for: {fault.Message}", fault);
        }
    }

    /// <summary>Null for what is not there.</summary>
    public async Task<T?> Find<T>(Func<IAmazonS3, Task<T>> request, HttpStatusCode? otherwise = null, T? then = default)
    {
        try
        {
            return await Ask(request);
        }
        catch (BlobStoreUnavailableException fault) when (fault.InnerException is AmazonS3Exception { StatusCode: var status }
            && (status == HttpStatusCode.NotFound || status == otherwise) && ((AmazonS3Exception)fault.InnerException).ErrorCode != "NoSuchBucket")
        {
            return status == otherwise ? then : default;
        }
    }

    public Task<long?> Size(string name, CancellationToken ct) => Find<long?>(async s3 => (await s3.GetObjectMetadataAsync(Name, name, ct)).ContentLength);

    /// <summary>Stores all of a file under a name; where <paramref name="unlessThere"/>, what is there stays.</summary>
    public async Task Put(string name, FileStream content, string mediaType, bool unlessThere, CancellationToken ct)
    {
        content.Position = 0;
        var request = new PutObjectRequest
        {
            BucketName = Name, Key = name, InputStream = content, AutoCloseStream = false, ContentType = mediaType, IfNoneMatch = unlessThere ? "*" : null,
        };
        await Find(s3 => s3.PutObjectAsync(request, ct), unlessThere ? HttpStatusCode.PreconditionFailed : null);
    }

    /// <summary>Nothing, in the place of whatever is there.</summary>
    public Task PutEmpty(string name, CancellationToken ct) => Ask(s3 => s3.PutObjectAsync(new() { BucketName = Name, Key = name, InputStream = Stream.Null }, ct));

    public async Task DeleteAll(string prefix, CancellationToken ct)
    {
        for (ListObjectsV2Response? page = null; page is null || page.IsTruncated == true;)
        {
            page = await Ask(s3 => s3.ListObjectsV2Async(new() { BucketName = Name, Prefix = prefix }, ct)); // what was found before is gone by now
            if (page.S3Objects is not { Count: > 0 } found) return;
            await Ask(s3 => s3.DeleteObjectsAsync(new() { BucketName = Name, Objects = [.. found.Select(static o => new KeyVersion { Key = o.Key })] }, ct));
        }
    }

    public void Dispose() => client.Dispose();

    static AmazonS3Client Connect(S3Options options)
    {
        var config = new AmazonS3Config { ForcePathStyle = options.PathStyle, MaxErrorRetry = Retries, Timeout = options.Timeout };
        if (options.Endpoint is { } endpoint) (config.ServiceURL, config.AuthenticationRegion) = (endpoint.ToString(), options.Region);
        else config.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(options.Region);
        return options.AccessKey is { } key ? new(new BasicAWSCredentials(key, options.SecretKey), config) : new(config);
    }
}
