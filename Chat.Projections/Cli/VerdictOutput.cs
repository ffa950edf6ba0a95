namespace Chat.Projections.Cli;

static class VerdictOutput
{
    const int Shown = 50;

    sealed record Row(string Generation, string Position, long Rows, IReadOnlyList<Infrastructure.ReadModels.Difference> Differences);

    /// <summary>Names every difference in JSON, and the first of them in sentences.</summary>
    /// <returns>The exit code.</returns>
    public static int Write(IReadOnlyList<Verdict> verdicts, bool json, string clean, string differing)
    {
        var rows = verdicts.Select(static verdict => new Row(verdict.Generation.VersionedName, verdict.Generation.Position.ToString(), verdict.Rows, verdict.Differences)).ToList();
        Output.Write(rows, json, rows =>
        {
            foreach (var row in rows) Tell(row, row.Differences.Count == 0 ? clean : differing);
        });
        return rows.TrueForAll(static row => row.Differences.Count == 0) ? 0 : ExitCode.Refused;
    }

    static void Tell(Row row, string outcome)
    {
        Console.WriteLine($"{outcome}: {row.Generation} at {row.Position}: {row.Rows:N0} rows compared, {row.Differences.Count:N0} differences.");
        foreach (var difference in row.Differences.Take(Shown)) Console.WriteLine($"  {difference.Table} {difference.Key} {difference.What}");
        if (row.Differences.Count > Shown) Console.WriteLine($"  … and {row.Differences.Count - Shown} more; --json names all.");
    }
}
