using System.Buffers.Text;
using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;

namespace Chat.Infrastructure.Push;

/// <summary>Section "Push:WebPush": the identity that browsers' push services know this server by (VAPID, RFC 8292).</summary>
public sealed class WebPushOptions : IValidatableObject
{
    public const string Section = "Push:WebPush";

    /// <summary>32 bytes in base64url, a P-256 private key. Browsers subscribe for its public key: changing it ends all subscriptions.</summary>
    public string? PrivateKey { get; set; }

    /// <summary>Whom a push service may turn to: a mailto: or https: address.</summary>
    public string? Subject { get; set; }

    /// <summary>Push services that are sent to: hosts, or domains with a leading dot. A client names the endpoint, so nothing else is called.</summary>
    public IList<string> Hosts { get; set; } = [];

    static readonly string[] KnownHosts = ["fcm.googleapis.com", ".push.services.mozilla.com", ".notify.windows.com", ".push.apple.com"];

    public bool On => PrivateKey is not null;

    /// <summary>The key that signs; its public half is what browsers subscribe for.</summary>
    internal ECDsa Key() => ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = Base64Url.DecodeFromChars(PrivateKey) });

    public bool Allows(Uri endpoint) => (Hosts.Count > 0 ? Hosts : KnownHosts).Any(host =>
        host.StartsWith('.') ? endpoint.Host.EndsWith(host, StringComparison.OrdinalIgnoreCase) : endpoint.Host.Equals(host, StringComparison.OrdinalIgnoreCase))
        && (endpoint.Scheme == Uri.UriSchemeHttps || endpoint.IsLoopback);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!On)
        {
            if (Subject is not null) yield return new("Push:WebPush:PrivateKey is missing.", [nameof(PrivateKey)]);
            yield break;
        }
        if (!IsKey()) yield return new("Push:WebPush:PrivateKey must be a P-256 private key, 32 bytes in base64url.", [nameof(PrivateKey)]);
        if (!Uri.TryCreate(Subject, UriKind.Absolute, out var subject) || subject.Scheme is not ("mailto" or "https"))
            yield return new("Push:WebPush:Subject must be a mailto: or https: address.", [nameof(Subject)]);
    }

    bool IsKey()
    {
        try
        {
            if (!Base64Url.IsValid(PrivateKey, out var length) || length != 32) return false;
            using var key = Key();
            return key.ExportParameters(false).Q.X is not null;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
