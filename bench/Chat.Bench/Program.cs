using System.CommandLine;
using Chat.Bench;
using Chat.Bench.Import;

return await new RootCommand("Measures Chat, and fills it with real talk.") { ImportCommand.Create(), LogBenchmark.Create() }.Parse(args).InvokeAsync();
