using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;

namespace Chat.Infrastructure.Push;

/// <summary>Section "Push:Apns": a token-signing key of an Apple developer team.</summary>
public sealed class ApnsOptions : IValidatableObject
{
    public const string Section = "Push:Apns";

    /// <summary>The .p8 file that Apple gave out.</summary>
    public string? KeyFile { get; set; }

    public string? KeyId { get; set; }
    public string? TeamId { get; set; }

    /// <summary>The app's bundle id.</summary>
    public string? Topic { get; set; }

    /// <summary>https://api.sandbox.push.apple.com/ for development builds of the app.</summary>
    public Uri Endpoint { get; set; } = new("https://api.push.apple.com/");

    public bool On => KeyFile is not null;

    internal ECDsa Key()
    {
        var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(KeyFile!));
        return key;
    }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!On)
        {
            if ((KeyId ?? TeamId ?? Topic) is not null) yield return new("Push:Apns:KeyFile is missing.", [nameof(KeyFile)]);
            yield break;
        }
        if (!IsKey()) yield return new("Push:Apns:KeyFile must be the .p8 file of an APNs signing key.", [nameof(KeyFile)]);
        if (KeyId is not { Length: 10 }) yield return new("Push:Apns:KeyId must be the key's id of 10 characters.", [nameof(KeyId)]);
        if (TeamId is not { Length: 10 }) yield return new("Push:Apns:TeamId must be the team's id of 10 characters.", [nameof(TeamId)]);
        if (Topic is not { Length: > 0 }) yield return new("Push:Apns:Topic must be the app's bundle id.", [nameof(Topic)]);
        if (!Endpoint.IsAbsoluteUri) yield return new("Push:Apns:Endpoint must be an address.", [nameof(Endpoint)]);
    }

    bool IsKey()
    {
        try
        {
            using var key = Key();
            return key.KeySize == 256;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException or CryptographicException)
        {
            return false;
        }
    }
}
