namespace Chat.Infrastructure.ReadModels;

/// <summary>What a projection keeps outside of the database: of each generation, as its tables are, and dropped with it.</summary>
public interface IForeignRows
{
    /// <summary>Rows compared, and the differences of a generation to another one that was folded up to the same position or further.</summary>
    Task<(long Rows, List<Difference> Differences)> Compare(Checkpoint subject, Checkpoint folded, CancellationToken ct);

    /// <summary>Readers see everything that was written to a generation, and from now on what is written to it.</summary>
    Task Show(Checkpoint generation, CancellationToken ct);

    Task Drop(Checkpoint generation, CancellationToken ct);
}
