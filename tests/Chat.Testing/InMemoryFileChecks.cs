using System.Collections.Concurrent;
using Chat.Application.Files;
using Chat.Domain;

namespace Chat.Testing;

/// <summary>Rows of files in a dictionary.</summary>
public sealed class InMemoryFileChecks : IFileChecks
{
    readonly ConcurrentDictionary<FileId, StoredFile> rows = new();
    readonly ConcurrentDictionary<FileId, int> tries = new();

    public StoredFile this[FileId file]
    {
        get => rows[file];
        set => rows[file] = value;
    }

    public int Tries(FileId file) => tries.GetValueOrDefault(file);

    public void Remove(FileId file) => rows.TryRemove(file, out _);

    public Task<StoredFile?> Find(FileId file, CancellationToken ct) => Task.FromResult(rows.GetValueOrDefault(file));

    public Task<FileTry?> Begin(FileId file, CancellationToken ct) => Task.FromResult(
        rows.TryGetValue(file, out var row) && row.State == FileState.Checking ? new FileTry(row, tries.AddOrUpdate(file, 1, static (_, count) => count + 1)) : null);

    public Task Forgive(FileId file, CancellationToken ct)
    {
        tries.AddOrUpdate(file, 0, static (_, count) => count - 1);
        return Task.CompletedTask;
    }

    public Task Settle(StoredFile file, Verdict verdict, CancellationToken ct)
    {
        if (!rows.TryGetValue(file.Id, out var row) || row.State != FileState.Checking) return Task.CompletedTask;
        rows[file.Id] = verdict switch
        {
            Verdict.Rejected rejected => row with { State = FileState.Rejected, Why = rejected.Why },
            Verdict.Ready ready => row with
            {
                State = FileState.Ready,
                MediaType = ready.MediaType,
                Size = ready.Size,
                Received = ready.Size,
                Sha256 = ready.Sha256,
                Image = ready.Image,
                Blob = rows.Values.FirstOrDefault(other => other.Owner == row.Owner && other.State == FileState.Ready && other.Sha256.AsSpan().SequenceEqual(ready.Sha256))?.Blob
                    ?? new(ready.Blob),
            },
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<Guid>> Unreferenced(IReadOnlyCollection<Guid> blobs, CancellationToken ct) => Task.FromResult<IReadOnlyList<Guid>>(
        [.. blobs.Where(blob => !rows.Values.Any(row => row.Blob.Value == blob && row.State != FileState.Rejected))]);

    public Task<IReadOnlyList<FileId>> TakeOverdue(TimeSpan after, CancellationToken ct) => Task.FromResult<IReadOnlyList<FileId>>(
        [.. rows.Values.Where(static row => row.State == FileState.Checking).Select(static row => row.Id)]);
}
