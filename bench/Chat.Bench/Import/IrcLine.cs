using System.Text.RegularExpressions;

namespace Chat.Bench.Import;

/// <summary>What one line of an IRC log says has happened. Nicks are as written.</summary>
public abstract partial record IrcLine
{
    IrcLine() { }

    /// <summary>Someone spoke; an action ("/me waves") is a text that begins with "* nick".</summary>
    public sealed record Said(string Nick, string Text) : IrcLine;
    public sealed record Joined(string Nick) : IrcLine;
    public sealed record Left(string Nick) : IrcLine;
    public sealed record Renamed(string Nick, string NewNick) : IrcLine;

    /// <summary>Nothing that a conversation knows: modes, topics, net splits, empty lines.</summary>
    public sealed record Other : IrcLine;

    public static IrcLine Parse(string line) =>
        Message().Match(line) is { Success: true } message ? new Said(Who(message), message.Groups["text"].Value)
        : Action().Match(line) is { Success: true } action ? Acted(action)
        : Rename().Match(line) is { Success: true } rename ? new Renamed(Who(rename), rename.Groups["new"].Value.Trim())
        : ComeOrGo().Match(line) is { Success: true } move ? move.Groups["what"].Value == "joined" ? new Joined(Who(move)) : new Left(Who(move))
        : OldAction().Match(line) is { Success: true } old ? Acted(old)
        : new Other();

    static Said Acted(Match match) => new(Who(match), $"* {Who(match)} {match.Groups["text"].Value}".TrimEnd());

    static string Who(Match match) => match.Groups["nick"].Value.Trim();

    [GeneratedRegex(@"^\[\d\d:\d\d\] <(?<nick>[^>]+)> ?(?<text>.*)$", RegexOptions.Singleline)]
    private static partial Regex Message();

    [GeneratedRegex(@"^(\[\d\d:\d\d\]\s+)?\* (?<nick>\S+) ?(?<text>.*)$", RegexOptions.Singleline)]
    private static partial Regex Action();

    [GeneratedRegex(@"^=== (?<nick>.+?) +is now known as (?<new>.+)$")]
    private static partial Regex Rename();

    [GeneratedRegex(@"^=== (?<nick>.+?)( +\[\S*\])? +has (?<what>joined|left|quit)\b")]
    private static partial Regex ComeOrGo();

    // Logs of before 2007 mark an action like a system line; what such a line can begin with other than a nick has one of . / : # in it.
    [GeneratedRegex(@"^=== (?<nick>[\w\-\[\]\\^`{|}]+) (?<text>.+)$", RegexOptions.Singleline)]
    private static partial Regex OldAction();
}
