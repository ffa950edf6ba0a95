namespace Chat.Infrastructure.ReadModels;

/// <summary>The tables that one projection owns. They live in a schema a generation, so that a rebuild can fill new ones beside the live ones.</summary>
/// <param name="Name">"timeline"; its generations are "timeline-v1", "timeline-v2" …</param>
/// <param name="Tables">Table names; readers see them as views read.NAME_TABLE over the live generation.</param>
/// <param name="Ddl">Creates the tables in the schema it is given.</param>
/// <param name="FromHead">It does something instead of keeping rows: it begins where the log ends when it is first run, and there is nothing to rebuild.</param>
/// <param name="Unhurried">Nobody waits for a change to be there before telling of it: under load it takes more of them at once, until somebody reads who must see it.</param>
/// <param name="Undivided">Conversations share rows in it: a rebuild cannot write parts of them side by side.</param>
public sealed record ReadModel(string Name, IReadOnlyList<string> Tables, Func<string, string> Ddl, bool FromHead = false, bool Undivided = false, bool Unhurried = false)
{
    public static string SchemaOf(string name, int generation) => $"{name}_v{generation}";

    /// <summary>Points the readers' views at a generation. Atomic within a transaction; readers need not know. Made anew, not replaced: columns may differ.</summary>
    public string ViewsOver(int generation) => string.Join('\n', Tables.Select(table =>
        $"drop view if exists read.{Name}_{table}; create view read.{Name}_{table} as select * from {SchemaOf(Name, generation)}.{table};"));
}

/// <summary>One generation of a projection and how far it has come.</summary>
public sealed record Checkpoint(string Projection, int Generation, bool Live, Application.Log.LogPosition Position, Guid Epoch)
{
    /// <summary>While a generation is being built, its conversations are divided among partitions, each with a checkpoint of its own.</summary>
    public int? Partition { get; init; }

    public string Schema => ReadModel.SchemaOf(Projection, Generation);

    public string VersionedName => $"{Projection}-v{Generation}";
}
