using Chat.Application.Log;
using Chat.Infrastructure.ReadModels;
using Spectre.Console;

namespace Chat.Projections.Cli;

/// <summary>A progress bar a projection, with the time left; plain lines where there is no terminal.</summary>
static class ProgressDisplay
{
    public static Task Run(IReadOnlyList<IProjection> projections, Func<IProjection, Action<Checkpoint, LogPosition>, Task> work) =>
        AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(context => Task.WhenAll(projections.Select(async projection =>
            {
                var bar = context.AddTask(projection.Model.Name);
                await work(projection, (checkpoint, goal) =>
                {
                    bar.MaxValue = Math.Max(1, goal.Commit);
                    bar.Value = checkpoint.Position.Commit;
                });
                bar.Value = bar.MaxValue;
            })));
}
