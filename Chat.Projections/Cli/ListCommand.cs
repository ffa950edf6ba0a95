using System.CommandLine;

namespace Chat.Projections.Cli;

static class ListCommand
{
    public static Command Create()
    {
        var command = new Command("list", "The projections and the tables they own.");
        command.SetAction(static (_, _) => CliHost.Run(static services =>
        {
            foreach (var projection in services.Projections(null)) Console.WriteLine($"{projection.Model.Name}: {string.Join(", ", projection.Model.Tables)}");
            return Task.FromResult(0);
        }));
        return command;
    }
}
