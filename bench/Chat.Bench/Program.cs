using System.CommandLine;
using Chat.Bench;
using Chat.Bench.Import;
using Chat.Bench.Talk;

return await new RootCommand("Measures Chat, and fills it with real talk.")
{
    ImportCommand.Create(),
    LogBenchmark.Create(),
    RebuildBenchmark.Create(),
    BesideBenchmark.Create(),
    HistoryBenchmark.Create(),
    TalkCommand.Create(),
    FloorCommand.Create(),
}.Parse(args).InvokeAsync();
