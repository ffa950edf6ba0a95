using System.CommandLine;
using System.Diagnostics;
using Chat.Application.Log;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Projections.Cli;

static class RebuildCommand
{
    sealed record Built(IReadOnlyList<string> Projections, string Position, double Seconds);

    public static Option<int?> Rate { get; } = Positive("--rate", "Events a second at most, so that live traffic keeps its pace; none is as fast as it goes.");

    public static Command Create()
    {
        var partitions = Positive("--partitions", "Parts built side by side (default: one a processor). One that was interrupted keeps its own.");
        var noSwitch = new Option<bool>("--no-switch") { Description = "Only build; 'switch' does the rest." };
        var command = new Command("rebuild", """
            Builds projections anew beside the live ones, verifies them by a second fold, and switches to them. Safe beside writes; goes on where
            it was interrupted, kill -9 included. Several at once read the log once. Exit code 1 when a row differs: then nothing is switched.
            """) { Names.Some, partitions, Rate, noSwitch, Output.Json };
        command.SetAction((parsed, ct) => CliHost.Run(async services =>
        {
            var chosen = services.Rebuildable(parsed.GetValue(Names.Some)!);
            var options = new FoldOptions(parsed.GetValue(partitions) ?? Environment.ProcessorCount, parsed.GetValue(Rate));
            if (options.Rate is not null) Process.GetCurrentProcess().PriorityClass = ProcessPriorityClass.BelowNormal; // who asks for a limit has others to spare
            var (rebuild, started, json) = (services.GetRequiredService<ProjectionRebuild>(), Stopwatch.GetTimestamp(), parsed.GetValue(Output.Json));
            var position = await ProgressDisplay.Run(async report =>
            {
                await rebuild.Build(chosen, options, report, ct);
                return await services.GetRequiredService<IEventLog>().Head(ct);
            });
            var built = new Built([.. chosen.Select(static projection => projection.Model.Name)], position.ToString(), Stopwatch.GetElapsedTime(started).TotalSeconds);
            if (!parsed.GetValue(noSwitch)) return await SwitchCommand.Switch(services, chosen, options, json, ct);
            Output.Write(built, json, static built => Console.WriteLine($"Built: {string.Join(", ", built.Projections)} in {built.Seconds:N1} s."));
            return 0;
        }));
        return command;
    }

    static Option<int?> Positive(string name, string description)
    {
        var option = new Option<int?>(name) { Description = description };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var value) && value < 1) result.AddError($"{name} must be at least 1.");
        });
        return option;
    }
}
