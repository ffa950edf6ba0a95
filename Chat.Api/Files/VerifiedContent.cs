using System.Security.Cryptography;
using Chat.Infrastructure.Files;

namespace Chat.Api.Files;

/// <summary>
/// A body that is given on only if all of it came and its hash is right. It waits on this machine's disk until then: what a store took in
/// could not be taken back, least of all after kill -9.
/// </summary>
sealed class VerifiedContent(Stream body, Checksum checksum) : ReadOnlyStream
{
    FileStream? verified;

    /// <exception cref="ChecksumMismatchException">From the first read on.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        verified ??= await Verify(cancellationToken);
        return await verified.ReadAsync(buffer, cancellationToken);
    }

    async Task<FileStream> Verify(CancellationToken ct)
    {
        var spool = Spool.Create();
        try
        {
            await spool.Fill(body, long.MaxValue, ct);
            spool.Position = 0;
            var hash = await CryptographicOperations.HashDataAsync(checksum.Algorithm, spool, ct);
            if (!hash.AsSpan().SequenceEqual(checksum.Hash)) throw new ChecksumMismatchException();
            spool.Position = 0;
            return spool;
        }
        catch
        {
            await spool.DisposeAsync();
            throw;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) verified?.Dispose();
        base.Dispose(disposing);
    }
}
