using System.CommandLine;

namespace Chat.Projections.Cli;

static class ListCommand
{
    sealed record Row(string Projection, IReadOnlyList<string> Tables);

    public static Command Create()
    {
        var command = new Command("list", "The projections and the tables they own.") { Output.Json };
        command.SetAction(static (parsed, _) => CliHost.Run(services =>
        {
            Output.Write(services.Projections().Select(static projection => new Row(projection.Model.Name, projection.Model.Tables)).ToList(), parsed.GetValue(Output.Json), static rows =>
            {
                foreach (var row in rows) Console.WriteLine($"{row.Projection}: {string.Join(", ", row.Tables)}");
            });
            return Task.FromResult(0);
        }));
        return command;
    }
}
