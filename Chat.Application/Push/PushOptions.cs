using System.ComponentModel.DataAnnotations;

namespace Chat.Application.Push;

/// <summary>Section "Push".</summary>
public sealed class PushOptions : IValidatableObject
{
    public const string Section = "Push";

    /// <summary>How long a connected device has to acknowledge a message before its owner is told otherwise.</summary>
    public TimeSpan Delay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a provider keeps a push for a device that is off.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Neither names nor texts leave this server: a push says only that there is a message.</summary>
    public bool HideContent { get; set; }

    /// <summary>What a push says then.</summary>
    [Required(AllowEmptyStrings = false)]
    public string HiddenTitle { get; set; } = "New message";

    /// <summary>How often a push is tried before it is laid aside as a dead letter.</summary>
    [Range(1, 100)]
    public int Tries { get; set; } = 12;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Delay < TimeSpan.Zero || Delay > TimeSpan.FromMinutes(10)) yield return new("Push:Delay must be between 0 and 10 minutes.", [nameof(Delay)]);
        if (Lifetime < TimeSpan.FromMinutes(1) || Lifetime > TimeSpan.FromDays(28)) yield return new("Push:Lifetime must be between a minute and 28 days.", [nameof(Lifetime)]);
    }
}
