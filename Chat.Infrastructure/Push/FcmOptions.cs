using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text.Json;

namespace Chat.Infrastructure.Push;

/// <summary>Section "Push:Fcm": a Google service account that may send.</summary>
public sealed class FcmOptions : IValidatableObject
{
    public const string Section = "Push:Fcm";

    /// <summary>The account's key file, in JSON, as the Firebase console gives it out.</summary>
    public string? ServiceAccountFile { get; set; }

    public Uri Endpoint { get; set; } = new("https://fcm.googleapis.com/");

    public bool On => ServiceAccountFile is not null;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!On) yield break;
        if (!IsAccount()) yield return new("Push:Fcm:ServiceAccountFile must be the JSON key file of a Google service account.", [nameof(ServiceAccountFile)]);
        if (!Endpoint.IsAbsoluteUri) yield return new("Push:Fcm:Endpoint must be an address.", [nameof(Endpoint)]);
    }

    bool IsAccount()
    {
        try
        {
            using var key = ServiceAccount.Read(ServiceAccountFile!).Key();
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException or ArgumentException or CryptographicException)
        {
            return false;
        }
    }
}

/// <summary>What of the key file is needed.</summary>
sealed record ServiceAccount(string ProjectId, string ClientEmail, string PrivateKeyId, string PrivateKey, Uri TokenUri)
{
    static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
    };

    public static ServiceAccount Read(string path) => JsonSerializer.Deserialize<ServiceAccount>(File.ReadAllText(path), Json) ?? throw new JsonException();

    public RSA Key()
    {
        var key = RSA.Create();
        key.ImportFromPem(PrivateKey);
        return key;
    }
}
