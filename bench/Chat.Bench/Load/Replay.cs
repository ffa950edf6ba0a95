using System.Globalization;
using System.Text.RegularExpressions;
using Chat.Bench.Import;

namespace Chat.Bench.Load;

/// <summary>IRC logs, each a room with everybody who speaks in it connected, said again as they were but so many times as fast.</summary>
sealed partial class Replay
{
    readonly List<Line> lines;

    /// <param name="Room">Which log.</param>
    /// <param name="Person">Of those who speak in it, in the order in which they begin to.</param>
    sealed record Line(TimeSpan At, int Room, int Person, string Text);

    Replay(List<Line> lines, List<int> people) => (this.lines, People) = (lines, people);

    /// <summary>How many speak in each room.</summary>
    public List<int> People { get; }

    public string What => $"{lines.Count:N0} messages of {People.Sum()} people in {People.Count} rooms, within {lines[^1].At.TotalSeconds:N0} s";

    public static Replay Of(string folder, double speed)
    {
        var (lines, people) = (new List<Line>(), new List<int>());
        foreach (var log in IrcLog.FilesIn(folder).Select(IrcLog.Read))
        {
            var times = Times(log.Lines);
            var speakers = new Dictionary<string, int>();
            foreach (var send in ImportPlan.Of(log).Steps.OfType<Step.Send>())
            {
                if (!speakers.TryGetValue(send.Person, out var person)) speakers[send.Person] = person = speakers.Count;
                lines.Add(new(times[send.Line] / speed, people.Count, person, send.Text));
            }
            people.Add(speakers.Count);
        }
        lines.Sort(static (one, other) => one.At.CompareTo(other.At));
        return new(lines, people);
    }

    public Task Play(Rooms.Say say) =>
        new Pace.Planned(lines.Select(static line => line.At)).Run(TimeSpan.MaxValue, (i, due) => say(lines[(int)i].Room, lines[(int)i].Person, due, lines[(int)i].Text));

    // A log tells the minute: what is said within one is spread over it. It begins with its first line, and passes midnight where the clock goes back.
    static List<TimeSpan> Times(IReadOnlyList<string> lines)
    {
        var (minutes, last, days) = (new List<int>(), -1, 0);
        foreach (var line in lines)
        {
            if (Clock().Match(line) is { Success: true } clock)
            {
                var minute = int.Parse(clock.Groups[1].ValueSpan, CultureInfo.InvariantCulture) * 60 + int.Parse(clock.Groups[2].ValueSpan, CultureInfo.InvariantCulture) + days * 1_440;
                if (minute < last - 720) (minute, days) = (minute + 1_440, days + 1);
                last = Math.Max(last, minute);
            }
            minutes.Add(last);
        }
        var first = minutes.Find(static minute => minute >= 0);
        return
        [
            .. minutes.GroupBy(static minute => minute)
                .SelectMany(same => same.Select((minute, i) => TimeSpan.FromMinutes(Math.Max(0, minute - first) + (double)i / same.Count()))),
        ];
    }

    [GeneratedRegex(@"^\[(\d\d):(\d\d)\]")]
    private static partial Regex Clock();
}
