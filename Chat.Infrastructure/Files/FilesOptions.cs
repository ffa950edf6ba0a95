using System.ComponentModel.DataAnnotations;

namespace Chat.Infrastructure.Files;

/// <summary>Section "Files".</summary>
public sealed class FilesOptions : IValidatableObject
{
    public const string Section = "Files";

    const long Mebibyte = 1024 * 1024;
    const long Gibibyte = 1024 * Mebibyte;

    /// <summary>Folder of the bytes where S3 is not configured; shared by all nodes. Relative to where the process was started.</summary>
    [Required]
    public string Path { get; set; } = "files";

    /// <summary>Bytes of one file.</summary>
    [Range(1, 5L * 1024 * Gibibyte)]
    public long MaxFileBytes { get; set; } = 100 * Mebibyte;

    /// <summary>Bytes of one file that is said to be an image.</summary>
    [Range(1, 5L * 1024 * Gibibyte)]
    public long MaxImageBytes { get; set; } = 20 * Mebibyte;

    /// <summary>Bytes of all files of one user, unfinished uploads counted as if they were complete.</summary>
    [Range(1, long.MaxValue)]
    public long Quota { get; set; } = 5 * Gibibyte;

    /// <summary>How long an upload may take, and then how long it may wait to be sent.</summary>
    public TimeSpan UploadLifetime { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How long one request may bring bytes; what came until then is kept, and the client goes on from there.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How often what has expired is removed.</summary>
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromMinutes(1);

    public S3Options S3 { get; set; } = new();

    /// <summary>The most that an upload of this declared type may have.</summary>
    public long MaxBytes(string? mediaType) =>
        mediaType?.StartsWith("image/", StringComparison.OrdinalIgnoreCase) == true ? Math.Min(MaxImageBytes, MaxFileBytes) : MaxFileBytes;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (name, span) in (ReadOnlySpan<(string, TimeSpan)>)[(nameof(UploadLifetime), UploadLifetime), (nameof(RequestTimeout), RequestTimeout), (nameof(SweepInterval), SweepInterval)])
        {
            if (span <= TimeSpan.Zero || span > TimeSpan.FromDays(40)) return [new($"Files:{name} must be positive, and at most 40 days.", [name])];
        }
        return S3.Validate();
    }
}

/// <summary>Section "Files:S3": an object store with Amazon's interface, used when a bucket is named.</summary>
public sealed class S3Options
{
    /// <summary>Must be there; it is not made.</summary>
    public string? Bucket { get; set; }

    /// <summary>Address of the store; none for Amazon's own in the region.</summary>
    public Uri? Endpoint { get; set; }

    public string Region { get; set; } = "us-east-1";

    /// <summary>Without a key the SDK looks where it always does: environment, profile, the machine's role.</summary>
    public string? AccessKey { get; set; }

    public string? SecretKey { get; set; }

    /// <summary>The bucket in the path instead of the host name, as most stores beside Amazon's want it.</summary>
    public bool PathStyle { get; set; }

    /// <summary>What every key begins with, in a bucket that others use too.</summary>
    public string Prefix { get; set; } = "";

    /// <summary>Bytes of a part; Amazon takes 10,000 of them, each of 5 MiB at least.</summary>
    public int PartBytes { get; set; } = MinPartBytes + 3 * 1024 * 1024;

    /// <summary>How long one request to the store may take.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    public const int MinPartBytes = 5 * 1024 * 1024;

    public bool On => Bucket is { Length: > 0 };

    internal IEnumerable<ValidationResult> Validate()
    {
        if (!On)
        {
            if (Endpoint is not null || AccessKey is not null) yield return new("Files:S3:Bucket is missing.", [nameof(Bucket)]);
            yield break;
        }
        if (Endpoint is { } address && (!address.IsAbsoluteUri || address.Scheme is not ("http" or "https")))
            yield return new("Files:S3:Endpoint must be an http or https address.", [nameof(Endpoint)]);
        if (AccessKey is null != SecretKey is null) yield return new("Files:S3:AccessKey and SecretKey go together.", [nameof(SecretKey)]);
        if (PartBytes is < MinPartBytes or > 512 * 1024 * 1024) yield return new("Files:S3:PartBytes is 5 MiB to 512 MiB.", [nameof(PartBytes)]);
        if (Timeout < TimeSpan.FromMilliseconds(100) || Timeout > TimeSpan.FromHours(1)) yield return new("Files:S3:Timeout is 100 ms to 1 hour.", [nameof(Timeout)]);
    }
}
