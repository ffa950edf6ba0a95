namespace Chat.Infrastructure.Log;

/// <summary>Whether the log can be trusted with a message now.</summary>
public interface ILogCheck
{
    /// <summary>What is wrong, in a sentence for whoever runs this server; null when all is well.</summary>
    Task<string?> Trouble(CancellationToken ct);
}
