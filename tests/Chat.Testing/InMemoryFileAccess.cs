using System.Collections.Concurrent;
using Chat.Application.Files;
using Chat.Domain;

namespace Chat.Testing;

/// <summary>Who may see what, as it is told.</summary>
public sealed class InMemoryFileAccess : IFileAccess
{
    readonly ConcurrentDictionary<(UserId, FileId), bool> allowed = new();

    public void Allow(UserId reader, FileId file) => allowed[(reader, file)] = true;
    public void Forbid(UserId reader, FileId file) => allowed.TryRemove((reader, file), out _);

    public Task<bool> MaySee(UserId reader, FileId file, CancellationToken ct) => Task.FromResult(allowed.ContainsKey((reader, file)));
}
