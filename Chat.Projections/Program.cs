using System.CommandLine;
using Chat.Projections.Cli;

return await new RootCommand("Lists, rebuilds, verifies and runs the projections of Chat.")
{
    ListCommand.Create(),
    StatusCommand.Create(),
    RebuildCommand.Create(),
    VerifyCommand.Create(),
    SkipCommand.Create(),
    RunCommand.Create(),
    PushCommand.Create(),
    LogCommand.Create(),
}.Parse(args).InvokeAsync();
