using Chat.Application.Files;
using Chat.Domain;

namespace Chat.Testing;

public sealed class InMemoryFileClaims : IFileClaims
{
    readonly Lock sync = new();
    readonly Dictionary<FileId, ClaimableFile> files = [];
    readonly Dictionary<FileId, int> attempts = [];

    public void Add(ClaimableFile file)
    {
        lock (sync) files[file.Attachment.File] = file;
    }

    public Task<ClaimResult> Claim(FileClaim claim, CancellationToken ct)
    {
        lock (sync)
        {
            var result = ClaimableFile.Decide(claim, files);
            if (result is ClaimResult.Claimed) foreach (var file in claim.Files) Count(claim, file, 1);
            return Task.FromResult(result);
        }
    }

    public Task Release(FileClaim claim, CancellationToken ct)
    {
        lock (sync)
        {
            foreach (var file in claim.Files.Where(file => IsFor(claim, file))) Count(claim, file, -1);
            return Task.CompletedTask;
        }
    }

    bool IsFor(FileClaim claim, FileId file) =>
        files.TryGetValue(file, out var found) && found.Owner == claim.Owner && found.For == (claim.Conversation, claim.ClientMessage);

    void Count(FileClaim claim, FileId file, int by)
    {
        attempts[file] = attempts.GetValueOrDefault(file) + by;
        files[file] = files[file] with { For = attempts[file] == 0 ? null : (claim.Conversation, claim.ClientMessage) };
    }
}
