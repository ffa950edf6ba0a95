using System.Globalization;

namespace Chat.Application.Log;

public readonly record struct StreamName(string Value)
{
    /// <summary>The expected revision of a stream that has no events yet.</summary>
    public const long NoStream = -1;

    public override string ToString() => Value;
}

/// <summary>Which streams a reader wants: those whose name starts with one of the prefixes; none given is all.</summary>
public sealed record StreamFilter(params string[] Prefixes)
{
    public static readonly StreamFilter All = new();

    public bool Matches(StreamName stream)
    {
        foreach (var prefix in Prefixes)
        {
            if (stream.Value.StartsWith(prefix, StringComparison.Ordinal)) return true;
        }
        return Prefixes.Length == 0;
    }
}

/// <summary>A place in the log's global order. Opaque: only order and equality mean anything to a caller.</summary>
public readonly record struct LogPosition(ulong Commit, ulong Prepare) : IComparable<LogPosition>
{
    /// <summary>Before the first event.</summary>
    public static readonly LogPosition Start;

    public LogPosition(long position) : this((ulong)position, (ulong)position) { }

    public int CompareTo(LogPosition other) => Commit != other.Commit ? Commit.CompareTo(other.Commit) : Prepare.CompareTo(other.Prepare);

    public static bool operator <(LogPosition left, LogPosition right) => left.CompareTo(right) < 0;
    public static bool operator >(LogPosition left, LogPosition right) => left.CompareTo(right) > 0;
    public static bool operator <=(LogPosition left, LogPosition right) => left.CompareTo(right) <= 0;
    public static bool operator >=(LogPosition left, LogPosition right) => left.CompareTo(right) >= 0;

    /// <summary>As clients see it: "123", or "123-120" where commit and prepare differ.</summary>
    public override string ToString() =>
        Commit == Prepare ? Commit.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{Commit}-{Prepare}");

    public static bool TryParse(string? text, out LogPosition position)
    {
        position = default;
        if (text is null) return false;
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        var (commitPart, preparePart) = dash < 0 ? (text, text) : (text[..dash], text[(dash + 1)..]);
        if (!TryParseOne(commitPart, out var commit) || !TryParseOne(preparePart, out var prepare)) return false;
        position = new(commit, prepare);
        return true;

        static bool TryParseOne(string part, out ulong value) =>
            ulong.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value <= long.MaxValue;
    }
}

/// <summary>An event to append. <paramref name="Type"/> is its stored name; both bodies are JSON in UTF-8.</summary>
public sealed record NewEvent(Guid Id, string Type, ReadOnlyMemory<byte> Data, ReadOnlyMemory<byte> Metadata)
{
    const int Envelope = 64; // ids and what a log keeps beside the bodies

    /// <summary>How much of an append's limit it takes, in bytes.</summary>
    public int Bytes => Data.Length + Metadata.Length + (2 * Type.Length) + Envelope;
}

public static class NewEvents
{
    /// <exception cref="ArgumentException">Two of the events have one id.</exception>
    public static void RefuseRepeatedIds(this IReadOnlyList<NewEvent> events)
    {
        if (events.DistinctBy(static e => e.Id).Count() != events.Count) throw new ArgumentException("An append names one event id twice.", nameof(events));
    }

    /// <exception cref="ArgumentException">Together they are larger than an append may be.</exception>
    public static void RefuseMoreThan(this IReadOnlyList<NewEvent> events, int bytes)
    {
        if (events.Sum(static e => (long)e.Bytes) is var size && size > bytes) throw new ArgumentException($"An append of {size} bytes; the log takes {bytes}.", nameof(events));
    }
}

public sealed record StoredEvent(
    LogPosition Position, StreamName Stream, long Revision, Guid Id, string Type, ReadOnlyMemory<byte> Data, ReadOnlyMemory<byte> Metadata,
    DateTimeOffset Created);

public abstract record AppendResult
{
    AppendResult() { }

    /// <param name="LastRevision">Revision of the last event of this append.</param>
    /// <param name="Position">Its position.</param>
    public sealed record Appended(long LastRevision, LogPosition Position) : AppendResult;

    /// <summary>The stream is elsewhere than expected; nothing was appended.</summary>
    public sealed record Conflict(long ActualRevision) : AppendResult;

    /// <summary>
    /// At least one of the event ids is in the log already; nothing was appended now. Lists each known id of this append with
    /// where it stands. When all are listed, this append is a repeat, and this is its first result.
    /// </summary>
    public sealed record AlreadyStored(IReadOnlyList<StoredId> Known) : AppendResult;
}

public sealed record StoredId(Guid Id, StreamName Stream, long Revision, LogPosition Position);

/// <summary>What a subscription delivers.</summary>
public abstract record LogMessage
{
    LogMessage() { }

    public sealed record Event(StoredEvent Stored) : LogMessage;

    /// <summary>Everything that matches up to here has been delivered; says so also where nothing matched.</summary>
    public sealed record Checkpoint(LogPosition Position) : LogMessage;

    /// <summary>The reader has all there was; what follows is live.</summary>
    public sealed record CaughtUp(LogPosition Position) : LogMessage;

    /// <summary>The reader was live and is behind again.</summary>
    public sealed record FellBehind(LogPosition Position) : LogMessage;
}
