using Chat.Application.Log;
using Chat.Infrastructure.ReadModels;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Chat.Projections.Cli;

/// <summary>A progress bar a generation, with the rate and the time left; on standard error, so that JSON stays JSON.</summary>
static class ProgressDisplay
{
    public static Task<T> Run<T>(Func<Action<Checkpoint, LogPosition>, Task<T>> work) =>
        AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(Console.Error) }).Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RateColumn(), new RemainingTimeColumn())
            .StartAsync(context =>
            {
                var bars = new Dictionary<string, ProgressTask>();
                return work((checkpoint, goal) =>
                {
                    lock (bars)
                    {
                        if (!bars.TryGetValue(checkpoint.VersionedName, out var bar)) bars[checkpoint.VersionedName] = bar = context.AddTask(checkpoint.VersionedName);
                        bar.MaxValue = Math.Max(1, goal.Commit);
                        bar.Value = checkpoint.Position.Commit;
                    }
                });
            });

    sealed class RateColumn : ProgressColumn
    {
        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) => new Text(task.Speed is { } speed ? $"{speed:N0}/s" : "");
    }
}
