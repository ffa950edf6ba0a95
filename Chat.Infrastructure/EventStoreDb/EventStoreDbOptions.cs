using System.ComponentModel.DataAnnotations;

namespace Chat.Infrastructure.EventStoreDb;

/// <summary>Section "EventStoreDb", and ConnectionStrings:EventStoreDb.</summary>
public sealed class EventStoreDbOptions : IValidatableObject
{
    public const string Section = "EventStoreDb";

    /// <summary>As the official clients take it: esdb://user:password@host:2113?tls=true</summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>The server's --max-append-size.</summary>
    [Range(64 * 1024, 16 * 1024 * 1024)]
    public int MaxAppendBytes { get; set; } = 1024 * 1024;

    /// <summary>Begins the name of every stream, where other applications, or another Chat, use the same server.</summary>
    [RegularExpression("[A-Za-z0-9-]*")]
    public string StreamPrefix { get; set; } = "";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        string? wrong = null;
        try
        {
            var settings = EventStoreDb.ConnectionString.Parse(ConnectionString);
            wrong = new[] { settings.TlsCaFile, settings.UserCertFile, settings.UserKeyFile }.FirstOrDefault(static file => file is not null && !File.Exists(file)) is { } missing
                ? $"there is no file {missing}."
                : null;
        }
        catch (FormatException fault)
        {
            wrong = fault.Message;
        }
        if (wrong is not null) yield return new($"ConnectionStrings:EventStoreDb: {wrong} For example: esdb://user:password@host:2113?tls=true", [nameof(ConnectionString)]);
    }
}
