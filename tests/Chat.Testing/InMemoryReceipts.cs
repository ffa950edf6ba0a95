using System.Collections.Concurrent;
using Chat.Application.Receipts;

namespace Chat.Testing;

/// <summary>Watermarks that a test sets.</summary>
public sealed class InMemoryReceipts : IReceiptsReader
{
    readonly ConcurrentDictionary<(Guid Conversation, Guid Member), Watermark> marks = new();

    public void Set(Guid conversation, Watermark mark) => marks[(conversation, mark.Member)] = mark;

    public Task<IReadOnlyList<Watermark>> Of(Guid conversation, CancellationToken ct) =>
        Task.FromResult<IReadOnlyList<Watermark>>([.. marks.Where(mark => mark.Key.Conversation == conversation).Select(static mark => mark.Value)]);
}
