using System.Runtime.InteropServices;

namespace Chat.Infrastructure.PostgresLog;

/// <summary>The appends of a batch as the arrays that the statements unnest.</summary>
sealed class EventColumns
{
    public EventColumns(IReadOnlyList<PendingAppend> appends)
    {
        var count = appends.Sum(static append => append.Events.Count);
        AppendStreams = [.. appends.Select(static append => append.Stream.Value)];
        Expected = [.. appends.Select(static append => append.ExpectedRevision)];
        (Numbers, Streams, Revisions, Ids) = (new long[count], new string[count], new long[count], new Guid[count]);
        (Types, Data, Metadata, Hashes) = (new string[count], new byte[count][], new byte[count][], new long[count]);
        for (int i = 0, row = 0; i < appends.Count; i++)
        {
            var append = appends[i];
            for (var k = 0; k < append.Events.Count; k++, row++)
            {
                var e = append.Events[k];
                (Numbers[row], Streams[row], Revisions[row]) = (i + 1, append.Stream.Value, append.ExpectedRevision + 1 + k);
                (Ids[row], Types[row], Data[row], Metadata[row]) = (e.Id, e.Type, ArrayOf(e.Data), ArrayOf(e.Metadata));
                Hashes[row] = EventRows.Hash(e.Type, e.Data.Span, e.Metadata.Span);
            }
        }
    }

    // what the codec makes is an array of its own already
    static byte[] ArrayOf(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out var segment) && segment is { Offset: 0, Array: { } whole } && whole.Length == bytes.Length ? whole : bytes.ToArray();

    public string[] AppendStreams { get; }
    public long[] Expected { get; }

    /// <summary>Which append, from 1, an event belongs to.</summary>
    public long[] Numbers { get; }
    public string[] Streams { get; }
    public long[] Revisions { get; }
    public Guid[] Ids { get; }
    public string[] Types { get; }
    public byte[][] Data { get; }
    public byte[][] Metadata { get; }
    public long[] Hashes { get; }
}
