using System.Text.RegularExpressions;
using Chat.Bench.Import;

namespace Chat.Tests.Unit.Import;

/// <summary>Real talk, where it lies beside the repository (CHAT_IRC_LOGS, or ../shared/data/irc); it is no part of it.</summary>
public sealed class RealLogsTests
{
    [Fact]
    public void every_spoken_line_is_planned_once_in_order()
    {
        foreach (var (log, plan) in Plans())
        {
            var spoken = Enumerable.Range(0, log.Lines.Count).Where(line => Regex.IsMatch(log.Lines[line], @"^\[\d\d:\d\d\] <[^>]+> .*\S"));
            var sent = plan.Steps.OfType<Step.Send>().Select(static send => send.Line).ToList();
            Assert.Empty(spoken.Except(sent));
            Assert.Equal(sent.Order().Distinct(), sent);
        }
    }

    [Fact]
    public void nobody_speaks_or_leaves_without_being_there()
    {
        foreach (var (log, plan) in Plans())
        {
            HashSet<string> present = [];
            foreach (var step in plan.Steps)
            {
                var allowed = step switch
                {
                    Step.Enter => present.Add(step.Person),
                    Step.Leave => present.Remove(step.Person),
                    _ => present.Contains(step.Person),
                };
                Assert.True(allowed, $"{log.Name}, line {step.Line}: {step}");
            }
        }
    }

    static List<(IrcLog Log, ImportPlan Plan)> Plans()
    {
        var folder = Environment.GetEnvironmentVariable("CHAT_IRC_LOGS") ?? Beside(AppContext.BaseDirectory);
        Assert.SkipUnless(Directory.Exists(folder), "There are no IRC logs here: set CHAT_IRC_LOGS to a folder of *.raw.txt files to run this.");
        return [.. Directory.EnumerateFiles(folder!, "*.raw.txt", SearchOption.AllDirectories).Select(IrcLog.Read).Select(static log => (log, ImportPlan.Of(log)))];
    }

    static string? Beside(string? directory)
    {
        for (; directory is not null; directory = Path.GetDirectoryName(directory))
        {
            if (Path.Combine(directory, "shared", "data", "irc") is var found && Directory.Exists(found)) return found;
        }
        return null;
    }
}
