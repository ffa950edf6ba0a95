using System.Text.Json;

namespace Chat.Testing.EventStoreDb;

/// <summary>One stream: its events, and what its metadata hides of them.</summary>
sealed class StreamState
{
    const long Deleted = long.MaxValue;

    readonly List<Record> records = []; // index i holds revision i
    readonly Dictionary<Guid, long> ids = [];
    long truncateBefore;
    long? maxCount;
    TimeSpan? maxAge;

    public long Last { get; private set; } = Expected.NoStream;

    public bool IsTombstoned { get; private set; }

    public bool IsSoftDeleted => truncateBefore == Deleted;

    public bool Exists => Last >= 0 && !IsSoftDeleted;

    public void Add(Record record)
    {
        if (IsSoftDeleted) truncateBefore = record.Revision; // it begins again, and its revisions go on
        records.Add(record);
        ids.TryAdd(record.Id, record.Revision);
        Last = record.Revision;
    }

    public void Tombstone() => IsTombstoned = true;

    /// <summary>Takes on what the last event of $$stream says.</summary>
    public void Apply(ReadOnlySpan<byte> metadata)
    {
        var reader = new Utf8JsonReader(metadata);
        using var json = JsonDocument.ParseValue(ref reader);
        truncateBefore = Number(json, "$tb") ?? 0;
        maxCount = Number(json, "$maxCount");
        maxAge = Number(json, "$maxAge") is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
    }

    /// <summary>The revision of the first event that is not hidden; one after the last when all are.</summary>
    public long First(DateTimeOffset now)
    {
        var first = Math.Max(truncateBefore, maxCount is { } count ? Last - count + 1 : 0);
        while (maxAge is { } age && first <= Last && records[(int)first].Created + age <= now) first++;
        return first;
    }

    public IReadOnlyList<Record> Forwards(long from, int count, DateTimeOffset now) =>
        Math.Max(from, First(now)) is var first && first > Last ? [] : records.GetRange((int)first, (int)Math.Min(count, Last - first + 1));

    public IReadOnlyList<Record> Backwards(long from, int count, DateTimeOffset now)
    {
        var last = Math.Min(from, Last);
        var first = Math.Max(First(now), last - count + 1);
        if (first > last) return [];
        var events = records.GetRange((int)first, (int)(last - first + 1));
        events.Reverse();
        return events;
    }

    /// <summary>Where these events stand, in this order and with nothing between; null when they do not.</summary>
    public Record? LastOfRun(IReadOnlyList<Proposal> events, long from) =>
        from >= 0 && from + events.Count <= records.Count && events.Select((e, i) => records[(int)from + i].Id == e.Id).All(static same => same)
            ? records[(int)from + events.Count - 1]
            : null;

    /// <summary>The last revision that was written before a position.</summary>
    public long LastBefore(ulong position) => records.FindLastIndex(record => record.Position < position);

    public long? RevisionOf(Guid id) => ids.TryGetValue(id, out var revision) ? revision : null;

    static long? Number(JsonDocument json, string name) => json.RootElement.TryGetProperty(name, out var value) ? value.GetInt64() : null;
}
