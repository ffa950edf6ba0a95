using System.Security.Cryptography;
using System.Text;
using Chat.Application.Log;

namespace Chat.Projections;

/// <summary>How much of a log there is, and what it comes to: the same streams with the same events give the same, whatever their order in the log.</summary>
public sealed record LogDigest(long Streams, long Events, UInt128 Sum)
{
    public override string ToString() => $"{Events} events of {Streams} streams, digest {Sum:x32}";
}

/// <param name="Copied">Events that were appended.</param>
/// <param name="Known">Events that were there already.</param>
public sealed record CopyProgress(long Copied, long Known, LogPosition Position);

/// <summary>
/// Copies one log into another, event by event in the global order, at the same revisions and with the same ids. Whatever is there already is passed
/// over, so it goes on where it was interrupted. Nobody else may write to the target meanwhile; the source may be written to until the last run.
/// </summary>
public sealed class LogCopy(IEventLog from, IEventLog to)
{
    const int PageSize = 2_000;

    // the next revision of each stream in the target, as this run knows it
    readonly Dictionary<StreamName, long> next = [];

    /// <exception cref="LogDamagedException">The target holds something else at a revision of the source.</exception>
    public async Task<CopyProgress> Run(Action<CopyProgress> report, CancellationToken ct)
    {
        var progress = new CopyProgress(0, 0, LogPosition.Start);
        while (true)
        {
            var page = await ReadPage(from, progress.Position, ct);
            if (page.Count == 0) return progress;
            foreach (var events in page.GroupBy(static e => e.Stream))
            {
                var left = events.ToList();
                progress = progress with { Known = progress.Known + await Pass(events.Key, left, ct), Copied = progress.Copied + left.Count };
                foreach (var part in Parts(left)) await Append(events.Key, part, ct);
            }
            progress = progress with { Position = page[^1].Position };
            report(progress);
        }
    }

    public static async Task<LogDigest> Digest(IEventLog log, CancellationToken ct)
    {
        var (streams, events, sum, position) = (new HashSet<StreamName>(), 0L, UInt128.Zero, LogPosition.Start);
        while (await ReadPage(log, position, ct) is { Count: > 0 } page)
        {
            foreach (var e in page)
            {
                streams.Add(e.Stream);
                sum += HashOf(e); // an order-independent sum: the target may interleave streams differently
            }
            (events, position) = (events + page.Count, page[^1].Position);
        }
        return new(streams.Count, events, sum);
    }

    /// <summary>Takes off what the target holds already; returns how many that were.</summary>
    async Task<int> Pass(StreamName stream, List<StoredEvent> events, CancellationToken ct)
    {
        if (!next.TryGetValue(stream, out var at)) at = next[stream] = await to.LastRevision(stream, ct) + 1;
        return events.RemoveAll(e => e.Revision < at);
    }

    async Task Append(StreamName stream, List<StoredEvent> events, CancellationToken ct)
    {
        if (events[0].Revision != next[stream])
        {
            throw new LogDamagedException($"{stream} goes on at {events[0].Revision}, and its copy at {next[stream]}: a stream that was deleted from the start cannot be copied.");
        }
        var result = await to.Append(stream, events[0].Revision - 1, [.. events.Select(New)], ct);
        if (result is not AppendResult.Appended) throw new LogDamagedException($"{stream} at {events[0].Revision}: {result}. Somebody else writes to the target.");
        next[stream] = events[^1].Revision + 1;
    }

    /// <summary>As many at a time as the target takes.</summary>
    IEnumerable<List<StoredEvent>> Parts(List<StoredEvent> events)
    {
        var (part, bytes) = (new List<StoredEvent>(), 0);
        foreach (var e in events)
        {
            if (part.Count > 0 && bytes + New(e).Bytes > to.MaxAppendBytes)
            {
                yield return part;
                (part, bytes) = ([], 0);
            }
            part.Add(e);
            bytes += New(e).Bytes;
        }
        if (part.Count > 0) yield return part;
    }

    static async Task<List<StoredEvent>> ReadPage(IEventLog log, LogPosition after, CancellationToken ct)
    {
        var page = new List<StoredEvent>(PageSize);
        await foreach (var e in log.ReadAll(after, StreamFilter.All, PageSize, ct)) page.Add(e);
        return page;
    }

    static NewEvent New(StoredEvent e) => new(e.Id, e.Type, e.Data, e.Metadata);

    static UInt128 HashOf(StoredEvent e)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{e.Stream}\n{e.Revision}\n{e.Id:N}\n{e.Type}\n{e.Data.Length}\n{e.Metadata.Length}\n"));
        hash.AppendData(e.Data.Span);
        hash.AppendData(e.Metadata.Span);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(digest);
    }
}
