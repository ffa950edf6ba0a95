using System.CommandLine;
using Chat.Application.Log;
using Chat.Infrastructure.ReadModels;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Projections.Cli;

static class SkipCommand
{
    static readonly Option<string> Position = new("--position") { Description = "The event's position, as 'status' shows it.", Required = true };
    static readonly Option<string> Why = new("--why") { Description = "The reason; it is kept.", Required = true };

    sealed record Row(string Projection, string Position, string Why);

    public static Command Create()
    {
        var command = new Command("skip", "Lets a projection that stands still pass one event. For good: rebuilds pass it too.") { Names.One, Position, Why, Output.Json };
        command.SetAction(static (parsed, ct) => CliHost.Run(async services =>
        {
            var projection = services.Projection(parsed.GetValue(Names.One)!).Model.Name;
            if (!LogPosition.TryParse(parsed.GetValue(Position), out var at)) throw new UsageException("--position is a number, or two with a dash, as 'status' shows it.");
            if (string.IsNullOrWhiteSpace(parsed.GetValue(Why))) throw new UsageException("--why must say why: it is all that is left of the event in this projection.");
            await services.GetRequiredService<Checkpoints>().Skip(projection, at, parsed.GetValue(Why)!, ct);
            Output.Write(new Row(projection, at.ToString(), parsed.GetValue(Why)!), parsed.GetValue(Output.Json), static row => Console.WriteLine($"{row.Projection} will pass {row.Position}."));
            return 0;
        }));
        return command;
    }
}
