using System.Globalization;
using System.Net;
using Amazon.S3.Model;
using Chat.Application.Files;

namespace Chat.Infrastructure.Files;

/// <summary>
/// An unfinished blob: an S3 multipart upload of equal parts, and the bytes that are too few for one in an object of their own, the tail. The
/// tail's name says which part it will begin, so the two never count the same bytes, wherever a process is killed between them.
/// </summary>
sealed class S3Multipart(S3Bucket bucket, string name)
{
    public const string MediaType = "application/octet-stream";

    /// <summary>Bytes that are there; null when nothing is.</summary>
    public async Task<long?> Received(CancellationToken ct) => (await Find(ct))?.There;

    /// <summary>See <see cref="IBlobStore.Append"/>. Holds one part at a time, on the disk of this machine.</summary>
    public async Task<long> Append(long offset, Stream content, CancellationToken ct)
    {
        var upload = await Find(ct);
        if (upload is null && await bucket.Size(name, ct) is { } complete) throw new BlobOffsetException(complete);
        var there = upload?.There ?? 0;
        if (there != offset) throw new BlobOffsetException(there);
        upload ??= await Begin(ct);

        await using var spool = Spool.Create();
        if (upload.Tail > 0) await TakeTail(upload, spool, ct);
        var kept = upload.Tail;
        try
        {
            while (await spool.Fill(content, bucket.PartBytes, ct))
            {
                upload = await AddPart(upload, spool, ct);
                spool.SetLength(kept = 0);
            }
        }
        finally
        {
            // also when the content breaks off or takes too long
            if (spool.Length > kept) await bucket.Put(TailOf(upload.Next), spool, MediaType, unlessThere: false, CancellationToken.None);
        }
        return upload.Bytes + spool.Length;
    }

    /// <summary>Makes one object of it, unless there is one; the tail becomes the last part.</summary>
    public async Task Complete(CancellationToken ct)
    {
        var upload = await Find(ct) ?? throw new BlobStoreUnavailableException($"Nothing of {name} is in the bucket.");
        if (upload.Tail > 0) upload = await AddTail(upload, ct);
        await bucket.Find(s3 => s3.CompleteMultipartUploadAsync(new()
        {
            BucketName = bucket.Name, Key = name, UploadId = upload.Id, PartETags = [.. upload.Parts], IfNoneMatch = "*",
        }, ct), HttpStatusCode.PreconditionFailed);
    }

    /// <summary>Removes what is left beside the complete object.</summary>
    public async Task Clean(CancellationToken ct)
    {
        await Abort(ct);
        await bucket.DeleteAll(Tails, ct);
    }

    public async Task Abort(CancellationToken ct)
    {
        foreach (var id in await Ids(ct))
        {
            await bucket.Find(s3 => s3.AbortMultipartUploadAsync(new() { BucketName = bucket.Name, Key = name, UploadId = id }, ct));
        }
    }

    string Tails => $"{name}-tail-";

    string TailOf(int part) => Tails + part.ToString(CultureInfo.InvariantCulture);

    async Task<Upload?> Find(CancellationToken ct)
    {
        if (await Ids(ct) is not [var id, ..]) return null;
        var (parts, bytes) = (new List<PartETag>(), 0L);
        for (ListPartsResponse? page = null; page is null || page.IsTruncated == true;)
        {
            var after = page?.NextPartNumberMarker?.ToString(CultureInfo.InvariantCulture);
            page = await bucket.Find(s3 => s3.ListPartsAsync(new() { BucketName = bucket.Name, Key = name, UploadId = id, PartNumberMarker = after }, ct));
            if (page is null) return null; // completed or aborted since
            foreach (var part in page.Parts ?? [])
            {
                parts.Add(new(part.PartNumber!.Value, part.ETag));
                bytes += part.Size ?? 0;
            }
        }
        return new(id, parts, bytes, await bucket.Size(TailOf(parts.Count + 1), ct) ?? 0);
    }

    // Two can have been begun when a process was killed between begin and first part: all take the older one.
    async Task<List<string>> Ids(CancellationToken ct)
    {
        var found = await bucket.Ask(s3 => s3.ListMultipartUploadsAsync(new ListMultipartUploadsRequest { BucketName = bucket.Name, Prefix = name }, ct));
        return [.. (found.MultipartUploads ?? []).Where(upload => upload.Key == name).OrderBy(static upload => upload.Initiated).ThenBy(static upload => upload.UploadId).Select(static upload => upload.UploadId)];
    }

    async Task<Upload> Begin(CancellationToken ct)
    {
        var begun = await bucket.Ask(s3 => s3.InitiateMultipartUploadAsync(new() { BucketName = bucket.Name, Key = name, ContentType = MediaType }, ct));
        return new(begun.UploadId, [], 0, 0);
    }

    async Task TakeTail(Upload upload, FileStream spool, CancellationToken ct)
    {
        await using var tail = await bucket.Ask(async s3 => (await s3.GetObjectAsync(bucket.Name, TailOf(upload.Next), ct)).ResponseStream);
        await spool.Fill(tail, upload.Tail, ct);
    }

    async Task<Upload> AddPart(Upload upload, FileStream spool, CancellationToken ct)
    {
        spool.Position = 0;
        var part = await bucket.Ask(s3 => s3.UploadPartAsync(new()
        {
            BucketName = bucket.Name, Key = name, UploadId = upload.Id, PartNumber = upload.Next, PartSize = spool.Length, InputStream = spool,
        }, ct));
        return upload with { Parts = [.. upload.Parts, new(part)], Bytes = upload.Bytes + spool.Length, Tail = 0 };
    }

    async Task<Upload> AddTail(Upload upload, CancellationToken ct)
    {
        var part = await bucket.Ask(s3 => s3.CopyPartAsync(new()
        {
            SourceBucket = bucket.Name, SourceKey = TailOf(upload.Next), DestinationBucket = bucket.Name, DestinationKey = name, UploadId = upload.Id, PartNumber = upload.Next,
        }, ct));
        return upload with { Parts = [.. upload.Parts, new(part)], Bytes = upload.Bytes + upload.Tail, Tail = 0 };
    }

    /// <param name="Bytes">Of all parts.</param>
    /// <param name="Tail">Bytes that are to begin the next part.</param>
    sealed record Upload(string Id, IReadOnlyList<PartETag> Parts, long Bytes, long Tail)
    {
        public long There => Bytes + Tail;

        public int Next => Parts.Count + 1;
    }
}
