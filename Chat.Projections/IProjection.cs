using Chat.Application.Log;
using Chat.Infrastructure.ReadModels;

namespace Chat.Projections;

/// <summary>Turns events into rows. Deterministic: the same events in any batches give the same rows.</summary>
public interface IProjection
{
    ReadModel Model { get; }

    StreamFilter Filter { get; }

    /// <summary>What it keeps outside of the database, if anything.</summary>
    IForeignRows? Foreign => null;

    /// <summary>Reads what the batch needs, folds, and writes the changed rows into <paramref name="batch"/>; commits nothing.</summary>
    Task Apply(IReadOnlyList<DecodedEvent> events, ReadBatch batch, CancellationToken ct);
}
