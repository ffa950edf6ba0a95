namespace Chat.Application.Files;

/// <summary>Looks for what would harm those who open a file.</summary>
public interface IVirusScanner
{
    /// <summary>What was found in it, or null: clean.</summary>
    /// <exception cref="ScannerUnavailableException">Nothing can be said about it now.</exception>
    Task<string?> Scan(Stream content, CancellationToken ct);
}

/// <summary>No scanner is configured: every file is taken as it is.</summary>
public sealed class NoScanner : IVirusScanner
{
    public Task<string?> Scan(Stream content, CancellationToken ct) => Task.FromResult<string?>(null);
}

/// <summary>The scanner cannot be reached or does not answer. Nothing passes without it.</summary>
public sealed class ScannerUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
