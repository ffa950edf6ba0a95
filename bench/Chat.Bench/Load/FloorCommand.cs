using System.CommandLine;

namespace Chat.Bench.Load;

/// <summary><c>floor</c>: the relay that <c>load</c> measures against; started by it.</summary>
static class FloorCommand
{
    static readonly Option<string?> Postgres = new("--postgres") { Description = "Commits one row a message there before it relays; without it commits nothing." };
    static readonly Option<string> Url = new("--url") { Required = true };

    public static Command Create()
    {
        var command = new Command("floor", "The bare relay that load measures against.") { Postgres, Url };
        command.SetAction(static given => FloorServer.Run(given.GetValue(Postgres), given.GetRequiredValue(Url)));
        return command;
    }
}
