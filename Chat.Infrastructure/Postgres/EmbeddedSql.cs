namespace Chat.Infrastructure.Postgres;

/// <summary>SQL that reads better in a file of its own; embedded beside the code that runs it.</summary>
static class EmbeddedSql
{
    public static string Read(string file)
    {
        var assembly = typeof(EmbeddedSql).Assembly;
        var name = assembly.GetManifestResourceNames().Single(name => name.EndsWith($".{file}", StringComparison.Ordinal));
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
