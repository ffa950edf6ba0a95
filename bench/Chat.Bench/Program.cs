using System.CommandLine;
using Chat.Bench.Import;
using Chat.Bench.Log;

return await new RootCommand("Measures Chat, and fills it with real talk.")
{
    ImportCommand.Create(),
    LogCommand.Create(),
}.Parse(args).InvokeAsync();
