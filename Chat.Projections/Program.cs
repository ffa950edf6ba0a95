using System.CommandLine;
using System.CommandLine.Invocation;
using Chat.Infrastructure.Images;
using Chat.Projections.Cli;

// a process for one picture, started by this program itself
if (args is [ImageWorker.Verb, .. var work]) return ImageWorker.Run(work);

var parsed = new RootCommand("""
    Lists, rebuilds, verifies and runs the projections of Chat, and what else its operators do. Settings are the API's: appsettings.json, environment, for example
    ConnectionStrings__Postgres and Keys__MasterKey.

    Exit codes: 0 done; 1 a difference, a refusal or something stopped; 2 bad arguments or settings; 3 another process is at the same work;
    4 the store is away; 130 interrupted, and to be gone on with by the same command.
    """)
{
    ListCommand.Create(),
    StatusCommand.Create(),
    RebuildCommand.Create(),
    VerifyCommand.Create(),
    SwitchCommand.Create(),
    RollbackCommand.Create(),
    DropCommand.Create(),
    SkipCommand.Create(),
    PauseCommand.Create("pause", "Holds projections where they are, at once, whoever runs them; readers go on reading.", paused: true),
    PauseCommand.Create("resume", "Lets paused projections go on.", paused: false),
    RunCommand.Create(),
    PushCommand.Create(),
    LogCommand.Create(),
    KeysCommand.Create(),
    DoctorCommand.Create(),
    CompletionCommand.Create(),
}.Parse(args);
var code = await parsed.InvokeAsync();
return parsed.Action is ParseErrorAction ? ExitCode.Usage : code; // its own is 1, which says here that something differs
