using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace Chat.Infrastructure.Elasticsearch;

/// <summary>Section "Search:Elasticsearch": an Elasticsearch 8 or 9, or an OpenSearch.</summary>
public sealed class ElasticOptions
{
    public const string Section = "Search:Elasticsearch";

    /// <summary>Addresses of nodes, comma-separated. Requests take turns; one that does not answer is left out for a while.</summary>
    public string Nodes { get; set; } = "";

    /// <summary>An encoded API key; or a user name and password; or nothing.</summary>
    public string? ApiKey { get; set; }
    public string? Username { get; set; }
    public string? Password { get; set; }

    /// <summary>A PEM file of the authorities that the nodes' certificates may come from; without it, those that the machine trusts.</summary>
    public string? CaCertificate { get; set; }

    /// <summary>What the names of indices begin with.</summary>
    public string IndexPrefix { get; set; } = "chat";
    public int Shards { get; set; } = 1;
    public int Replicas { get; set; } = 1;

    /// <summary>How long until an indexed message can be found.</summary>
    public TimeSpan RefreshInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a batch of changes may take.</summary>
    public TimeSpan BulkTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the engine is left alone once half of its answers have failed.</summary>
    public TimeSpan BreakDuration { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether larger requests are compressed: for an engine that is far away. Nearby it costs a third of the speed of indexing.</summary>
    public bool Compress { get; set; }

    public string RefreshEvery => $"{(long)RefreshInterval.TotalMilliseconds}ms";

    public IReadOnlyList<Uri> NodeList =>
        [.. Nodes.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(static node => new Uri(node.TrimEnd('/') + "/"))];
}

/// <summary>Names the setting that is wrong; what stands in it may be a secret.</summary>
sealed partial class ElasticOptionsValidation : IValidateOptions<ElasticOptions>
{
    public ValidateOptionsResult Validate(string? name, ElasticOptions options)
    {
        var wrong = Wrong(options).Select(static setting => $"{ElasticOptions.Section}:{setting}").ToList();
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }

    static IEnumerable<string> Wrong(ElasticOptions options)
    {
        var nodes = options.Nodes.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (nodes.Length == 0 || !nodes.All(IsAddress)) yield return "Nodes takes comma-separated addresses such as https://search-1:9200.";
        if (options.ApiKey is not null && options.Username is not null) yield return "ApiKey and Username exclude each other.";
        if (options.ApiKey is { } key && (key.Length == 0 || !key.All(static c => c is > ' ' and < '\u007f'))) yield return "ApiKey is not an encoded API key.";
        if (options.Username is null != options.Password is null) yield return "Username and Password belong together.";
        if (options.CaCertificate is { } file && !HoldsCertificates(file)) yield return $"CaCertificate is no file of PEM certificates: {file}";
        if (!Prefix().IsMatch(options.IndexPrefix)) yield return "IndexPrefix takes small letters, digits and hyphens, a letter first.";
        if (options.Shards is < 1 or > 1024) yield return "Shards is 1 to 1024.";
        if (options.Replicas is < 0 or > 100) yield return "Replicas is 0 to 100.";
        if (options.RefreshInterval < TimeSpan.FromMilliseconds(10)) yield return "RefreshInterval is at least 10 ms.";
        if (options.BulkTimeout < TimeSpan.FromSeconds(1)) yield return "BulkTimeout is at least a second.";
        if (options.BreakDuration < TimeSpan.FromMilliseconds(500)) yield return "BreakDuration is at least half a second.";
    }

    static bool IsAddress(string node) => Uri.TryCreate(node, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0;

    static bool HoldsCertificates(string file)
    {
        try
        {
            var found = new X509Certificate2Collection();
            found.ImportFromPemFile(file);
            return found.Count > 0;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return false;
        }
    }

    [GeneratedRegex("^[a-z][a-z0-9-]{0,60}$")]
    private static partial Regex Prefix();
}
