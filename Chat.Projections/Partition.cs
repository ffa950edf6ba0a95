using Chat.Application.Log;

namespace Chat.Projections;

static class Partition
{
    const int IdLength = 32;

    /// <summary>
    /// Whether an event changes rows of other streams than its own. Every partition is given it in its turn, after whatever the others' streams
    /// held before it, and does what concerns its own rows.
    /// </summary>
    public static bool IsForAll(StoredEvent e) => e.Type == EventContract.UserErasedName;

    /// <summary>
    /// Which of <paramref name="count"/> partitions a stream belongs to: all that belongs to one conversation (or user) falls into one. Written
    /// down in the progress of an interrupted rebuild, so it must never depend on the process.
    /// </summary>
    public static int Of(StreamName stream, int count)
    {
        // FNV-1a over the first id in the name: receipts-{conversation}-{user} goes with its conversation.
        var hash = 2_166_136_261u;
        var id = stream.Value.AsSpan(stream.Value.IndexOf('-', StringComparison.Ordinal) + 1);
        foreach (var c in id[..Math.Min(id.Length, IdLength)]) hash = (hash ^ c) * 16_777_619;
        return (int)(hash % (uint)count);
    }
}
