using Chat.Domain.Conversations;

namespace Chat.Bench.Import;

/// <summary>One thing to do in a conversation, and the line of the log that asks for it. A person is who had that nick (in small letters) first.</summary>
public abstract record Step(int Line, string Person)
{
    /// <param name="Nick">What the person is called at that time.</param>
    public sealed record Enter(int Line, string Person, string Nick) : Step(Line, Person);
    public sealed record Leave(int Line, string Person) : Step(Line, Person);
    public sealed record Rename(int Line, string Person, string Nick) : Step(Line, Person);

    /// <param name="AnswerTo">The line of an earlier <see cref="Send"/>.</param>
    public sealed record Send(int Line, string Person, string Text, int? AnswerTo) : Step(Line, Person);
}

/// <summary>
/// What plays a log: pure, and the same for the same log, so that an interrupted import finds its place again by comparing the
/// conversation with it.
/// </summary>
/// <param name="Lines">All lines of the log.</param>
/// <param name="Skipped">Those that ask for nothing.</param>
public sealed record ImportPlan(string Name, IReadOnlyList<Step> Steps, int Lines, int Skipped)
{
    public int Messages { get; } = Steps.Count(static step => step is Step.Send);

    public static ImportPlan Of(IrcLog log)
    {
        var steps = new List<Step>();
        var spoken = new HashSet<int>();
        var present = new HashSet<string>();
        var people = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase); // nick, as of this line → person
        var skipped = 0;

        for (var line = 0; line < log.Lines.Count; line++)
        {
            var before = steps.Count;
            switch (IrcLine.Parse(log.Lines[line]))
            {
                // an empty line is said on IRC, but no message
                case IrcLine.Said said when MessageBody.Check(said.Text) is null:
                    BePresent(line, said.Nick);
                    steps.Add(new Step.Send(line, Person(said.Nick), said.Text, log.Answers.TryGetValue(line, out var first) && spoken.Contains(first) ? first : null));
                    spoken.Add(line);
                    break;
                case IrcLine.Joined joined:
                    BePresent(line, joined.Nick);
                    break;
                case IrcLine.Left left when present.Remove(Person(left.Nick)):
                    steps.Add(new Step.Leave(line, Person(left.Nick)));
                    break;
                case IrcLine.Renamed renamed:
                    BePresent(line, renamed.Nick);
                    steps.Add(new Step.Rename(line, Person(renamed.Nick), renamed.NewNick));
                    people.Remove(renamed.Nick, out var person);
                    people[renamed.NewNick] = person!;
                    break;
            }
            if (steps.Count == before) skipped++;
        }
        return new(log.Name, steps, log.Lines.Count, skipped);

        string Person(string nick) => people.TryGetValue(nick, out var known) ? known : people[nick] = nick.ToLowerInvariant();

        // Whoever does something without having joined was there before the log began.
        void BePresent(int line, string nick)
        {
            if (present.Add(Person(nick))) steps.Add(new Step.Enter(line, Person(nick), nick));
        }
    }
}
