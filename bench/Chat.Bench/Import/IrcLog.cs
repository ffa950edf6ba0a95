using System.Text;

namespace Chat.Bench.Import;

/// <summary>A log as its two files hold it: the lines, counted from 0, and which earlier line a line answers.</summary>
public sealed record IrcLog(string Name, IReadOnlyList<string> Lines, IReadOnlyDictionary<int, int> Answers)
{
    const string Raw = ".raw.txt";

    public static IEnumerable<string> FilesIn(string folder) => Directory.EnumerateFiles(folder, "*" + Raw).Order(StringComparer.Ordinal);

    public static IrcLog Read(string path)
    {
        var annotations = path[..^Raw.Length] + ".annotation.txt";
        return new(Path.GetFileName(path)[..^Raw.Length], ReadLines(File.ReadAllBytes(path)),
            ReadAnswers(File.Exists(annotations) ? File.ReadLines(annotations) : []));
    }

    public static IReadOnlyList<string> ReadLines(ReadOnlySpan<byte> file)
    {
        var lines = new List<string>();
        foreach (var range in file.TrimEnd("\r\n"u8).Split((byte)'\n')) lines.Add(Decode(file[range].TrimEnd((byte)'\r')));
        return lines;
    }

    /// <summary>
    /// Lines of "A B -": B answers A; equal numbers start a thread. Where a line answers several, the nearest one counts, since a
    /// message has one reply target.
    /// </summary>
    public static IReadOnlyDictionary<int, int> ReadAnswers(IEnumerable<string> annotations) =>
        annotations.Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(static parts => parts.Length >= 2)
            .Select(static parts => (One: int.Parse(parts[0]), Other: int.Parse(parts[1])))
            .Where(static pair => pair.One != pair.Other)
            .GroupBy(static pair => Math.Max(pair.One, pair.Other), static pair => Math.Min(pair.One, pair.Other))
            .ToDictionary(static answer => answer.Key, static answers => answers.Max());

    // A line that is no UTF-8 is taken as Latin-1, where each byte is a character: nothing is lost, and it can be turned back. Only
    // NUL, which no chat text may hold, is shown as its picture instead.
    static string Decode(ReadOnlySpan<byte> line) =>
        (System.Text.Unicode.Utf8.IsValid(line) ? Encoding.UTF8 : Encoding.Latin1).GetString(line).Replace('\0', '\u2400');
}
