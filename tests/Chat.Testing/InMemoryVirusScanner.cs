using Chat.Application.Files;

namespace Chat.Testing;

/// <summary>Finds what it is told to, or is away.</summary>
public sealed class InMemoryVirusScanner : IVirusScanner
{
    public string? Finds { get; set; }

    public bool Away { get; set; }

    public Task<string?> Scan(Stream content, CancellationToken ct) =>
        Away ? throw new ScannerUnavailableException("The scanner is away.") : Task.FromResult(Finds);
}
