using System.Text;

namespace Chat.Testing.EventStoreDb;

/// <summary>The log in memory, with EventStoreDB's rules for revisions, repeats and deletion.</summary>
sealed class Store
{
    public const string EpochInformation = "$epoch-information";

    const string StreamDeletedType = "$streamDeleted";
    public const int Page = 1_000;

    const int Overhead = 128; // of a record on disk: so positions are never the next number

    readonly Lock sync = new();
    readonly List<Record> all = [];
    readonly Dictionary<string, StreamState> streams = [];
    ulong end;
    int? held; // how many of all are shown to readers, while the rest is written on this node alone
    TaskCompletionSource? replicated;
    TaskCompletionSource appended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Store() => Write(EpochInformation, [new(Guid.NewGuid(), "$EpochInformation", true, "{}"u8.ToArray(), default)]);

    /// <summary>How many events there are, without those that the server wrote for itself at its start.</summary>
    public int Written
    {
        get
        {
            lock (sync) return all.Count - 1;
        }
    }

    /// <summary>Done when readers see all that has been written.</summary>
    public Task Replicated
    {
        get
        {
            lock (sync) return replicated?.Task ?? Task.CompletedTask;
        }
    }

    /// <summary>From here on what is written decides about appends, but is neither shown nor answered, as on a leader whose followers lag.</summary>
    public void HoldReplication()
    {
        lock (sync) (held, replicated) = (all.Count, new(TaskCreationOptions.RunContinuationsAsynchronously));
    }

    public void ReleaseReplication()
    {
        lock (sync)
        {
            held = null;
            Wake();
            replicated?.SetResult();
            replicated = null;
        }
    }

    public AppendOutcome Append(string name, long expected, IReadOnlyList<Proposal> events)
    {
        lock (sync)
        {
            var stream = Of(name);
            if (stream.IsTombstoned || (expected == Expected.StreamExists && stream.IsSoftDeleted)) return new AppendOutcome.Deleted();
            if (IsCurrent(stream, expected))
            {
                // an id that stands elsewhere in the stream is looked for only where any revision will do
                if (expected >= Expected.NoStream || !events.Any(e => stream.RevisionOf(e.Id) is not null)) return Write(name, events);
                return Repeat(stream, events, stream.RevisionOf(events[0].Id) ?? -1);
            }
            return expected == Expected.StreamExists ? new AppendOutcome.WrongVersion(stream.Last) : Repeat(stream, events, expected + 1);
        }
    }

    public AppendOutcome Delete(string name, long expected, bool forGood)
    {
        lock (sync)
        {
            var stream = Of(name);
            if (stream.IsTombstoned || (expected == Expected.StreamExists && stream.IsSoftDeleted)) return new AppendOutcome.Deleted();
            if (stream.Last == Expected.NoStream || !IsCurrent(stream, expected)) return new AppendOutcome.WrongVersion(stream.Last);
            if (!forGood) return Write($"$${name}", [new(Guid.NewGuid(), "$metadata", true, Encoding.UTF8.GetBytes($$"""{"$tb":{{long.MaxValue}}}"""), default)]);

            stream.Tombstone();
            return new AppendOutcome.Written(long.MaxValue, Log(name, long.MaxValue, new(Guid.NewGuid(), StreamDeletedType, true, default, default)).Position);
        }
    }

    /// <summary>Some events of a stream, its first revision that is not hidden, and its last one; null for a stream that is not there.</summary>
    public (IReadOnlyList<Record> Events, long First, long Last)? Read(string name, long from, int count, bool backwards = false)
    {
        lock (sync)
        {
            if (!streams.TryGetValue(name, out var stream)) return null;
            if (stream.IsTombstoned) throw Answers.StreamDeleted(name);
            var now = DateTimeOffset.UtcNow;
            if (held is { } shown && stream.LastBefore(shown < all.Count ? all[shown].Position : end) is var visible && visible < stream.Last)
            {
                return visible < 0 ? null : ([.. stream.Forwards(from, int.MaxValue, now).Where(e => e.Revision <= visible).Take(count)], stream.First(now), visible);
            }
            return stream.Exists
                ? (backwards ? stream.Backwards(from, count, now) : stream.Forwards(from, count, now), stream.First(now), stream.Last)
                : null;
        }
    }

    /// <summary>A page of all from an index on; the task is done when there is more than there was.</summary>
    public (IReadOnlyList<Record> Events, Task More) From(int index)
    {
        lock (sync) return (index >= Shown ? [] : all.GetRange(index, Math.Min(Page, Shown - index)), appended.Task);
    }

    /// <summary>A page of all that ends with an index, oldest first.</summary>
    public IReadOnlyList<Record> Until(int index)
    {
        lock (sync)
        {
            var last = Math.Min(index, Shown - 1);
            var first = Math.Max(0, last - Page + 1);
            return all.GetRange(first, last - first + 1);
        }
    }

    /// <summary>Where the record at a position stands among all; the end for one beyond it, null for one where no record begins.</summary>
    public int? IndexOf(ulong position)
    {
        lock (sync)
        {
            if (position >= end) return all.Count;
            var (low, high) = (0, all.Count - 1);
            while (low <= high)
            {
                var middle = (low + high) / 2;
                if (all[middle].Position == position) return middle;
                if (all[middle].Position < position) low = middle + 1;
                else high = middle - 1;
            }
            return null;
        }
    }

    int Shown => held ?? all.Count;

    static bool IsCurrent(StreamState stream, long expected) => expected switch
    {
        Expected.Any => true,
        Expected.StreamExists => stream.Exists,
        Expected.NoStream => stream.Last == Expected.NoStream || stream.IsSoftDeleted,
        _ => stream.Last == expected,
    };

    static AppendOutcome Repeat(StreamState stream, IReadOnlyList<Proposal> events, long from) =>
        events.Count > 0 && stream.LastOfRun(events, from) is { } first
            ? new AppendOutcome.Written(first.Revision, first.Position)
            : new AppendOutcome.WrongVersion(stream.Last);

    AppendOutcome.Written Write(string name, IReadOnlyList<Proposal> events)
    {
        var stream = Of(name);
        foreach (var e in events)
        {
            stream.Add(Log(name, stream.Last + 1, e));
            if (name.StartsWith("$$", StringComparison.Ordinal) && e.Type == "$metadata") Of(name[2..]).Apply(e.Data.Span);
        }
        return new(stream.Last, all.Count > 0 ? all[^1].Position : 0);
    }

    Record Log(string stream, long revision, Proposal e)
    {
        var record = new Record(end, stream, revision, e.Id, e.Type, e.IsJson, e.Data, e.Metadata, DateTimeOffset.UtcNow);
        all.Add(record);
        end += (ulong)(Overhead + stream.Length + e.Bytes);
        Wake();
        return record;
    }

    void Wake()
    {
        var wake = appended;
        appended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        wake.SetResult();
    }

    StreamState Of(string name)
    {
        if (!streams.TryGetValue(name, out var stream)) streams.Add(name, stream = new());
        return stream;
    }
}
