using System.CommandLine;
using Chat.Bench;
using Chat.Bench.Import;
using Chat.Bench.Load;
using Chat.Bench.Micro;
using Chat.Bench.Search;
using Chat.Bench.Upload;
using Spectre.Console;

if (Console.IsOutputRedirected) AnsiConsole.Profile.Width = 160; // a file wraps nothing: tables stay whole

return await new RootCommand("Measures Chat, and fills it with real talk.")
{
    ImportCommand.Create(),
    MicroCommand.Create(),
    LogBenchmark.Create(),
    EventStoreBenchmark.Create(),
    RebuildBenchmark.Create(),
    BesideBenchmark.Create(),
    HistoryBenchmark.Create(),
    GrowthBenchmark.Create(),
    SearchBenchmark.Create(),
    LoadCommand.Create(),
    FloorCommand.Create(),
    SocketsCommand.Create(),
    UploadCommand.Create(),
    PlainDiskCommand.Create(),
}.Parse(args).InvokeAsync();
