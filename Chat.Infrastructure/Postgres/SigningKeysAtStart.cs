using Microsoft.Extensions.Logging;

namespace Chat.Infrastructure.Postgres;

/// <summary>Reads the keys that sign tokens, and makes the first.</summary>
sealed class SigningKeysAtStart(SigningKeys keys, ILogger<SigningKeysAtStart> logger) : Preparation(logger)
{
    protected override Task Prepare(CancellationToken ct) => keys.Load(ct);
}
