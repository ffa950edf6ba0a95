using System.CommandLine;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Chat.Bench.Micro;

/// <summary><c>micro</c>: time and allocations of the hot paths, by BenchmarkDotNet in this process (it would otherwise build a project for each run).</summary>
static class MicroCommand
{
    public static Command Create()
    {
        var command = new Command("micro", "Time and allocations of deciding, folding, sealing, opening and projecting one message.");
        command.SetAction(static _ =>
        {
            var config = ManualConfig.CreateEmpty()
                .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
                .AddColumnProvider(DefaultColumnProviders.Instance)
                .AddLogger(ConsoleLogger.Default)
                .WithArtifactsPath(Path.Combine(Path.GetTempPath(), "chat-bench-micro"));
            return BenchmarkRunner.Run<HotPaths>(config).HasCriticalValidationErrors ? 1 : 0;
        });
        return command;
    }
}
