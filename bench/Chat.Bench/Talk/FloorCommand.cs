using System.CommandLine;

namespace Chat.Bench.Talk;

/// <summary><c>floor</c>: the relay that <c>talk</c> measures against; started by it.</summary>
static class FloorCommand
{
    static readonly Option<string> Postgres = new("--postgres") { Required = true };
    static readonly Option<string> Url = new("--url") { Required = true };

    public static Command Create()
    {
        var command = new Command("floor", "The bare relay that talk measures against.") { Postgres, Url };
        command.SetAction(static given => FloorServer.Run(given.GetRequiredValue(Postgres), given.GetRequiredValue(Url)));
        return command;
    }
}
