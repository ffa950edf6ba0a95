using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Sockets;

namespace Chat.Infrastructure.Files;

/// <summary>Section "Files:Scanner".</summary>
public sealed class ScannerOptions : IValidatableObject
{
    public const string Section = "Files:Scanner";

    /// <summary>Where clamd listens: host:port, or the path of its socket. None: files are not scanned.</summary>
    public string? Address { get; set; }

    /// <summary>For one file.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(2);

    internal EndPoint? EndPoint => Address switch
    {
        null => null,
        ['/', ..] => new UnixDomainSocketEndPoint(Address),
        _ => Uri.TryCreate($"tcp://{Address}", UriKind.Absolute, out var uri) && uri.Port > 0 && uri.AbsolutePath is "/" or "" ? new DnsEndPoint(uri.IdnHost, uri.Port) : null,
    };

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Address is not null && EndPoint is null) yield return new("Files:Scanner:Address is host:port or the path of a socket.", [nameof(Address)]);
    }
}
