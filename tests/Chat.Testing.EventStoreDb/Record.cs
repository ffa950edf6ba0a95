namespace Chat.Testing.EventStoreDb;

/// <summary>One event in the log. Positions are where its bytes would begin, so they have gaps.</summary>
sealed record Record(ulong Position, string Stream, long Revision, Guid Id, string Type, bool IsJson, ReadOnlyMemory<byte> Data, ReadOnlyMemory<byte> Metadata, DateTimeOffset Created);

/// <summary>An event that somebody wants to append.</summary>
sealed record Proposal(Guid Id, string Type, bool IsJson, ReadOnlyMemory<byte> Data, ReadOnlyMemory<byte> Metadata)
{
    public int Bytes => Data.Length + Metadata.Length + (2 * Type.Length);
}

/// <summary>What an append, delete or tombstone expects of the stream: a revision, or one of these.</summary>
static class Expected
{
    public const long NoStream = -1;
    public const long Any = -2;
    public const long StreamExists = -4;
}

abstract record AppendOutcome
{
    public sealed record Written(long Revision, ulong Position) : AppendOutcome;

    public sealed record WrongVersion(long Current) : AppendOutcome;

    public sealed record Deleted : AppendOutcome;
}
