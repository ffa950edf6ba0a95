using System.CommandLine;
using Chat.Application.Log;
using Chat.Infrastructure.ReadModels;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Projections.Cli;

static class SkipCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("name") { Description = "The projection." };
        var position = new Option<string>("--position") { Description = "The event's position, as 'status' shows it.", Required = true };
        var why = new Option<string>("--why") { Description = "The reason; it is kept.", Required = true };
        var command = new Command("skip", "Lets a projection that stands still pass one event. For good: a rebuild passes it too.") { name, position, why };
        command.SetAction((parsed, ct) => CliHost.Run(async services =>
        {
            var projection = parsed.GetValue(name)!;
            if (services.Projections(projection) is not [_] || !LogPosition.TryParse(parsed.GetValue(position), out var at))
            {
                Console.Error.WriteLine("That is no projection, or no position; 'status' shows both.");
                return 2;
            }
            await services.GetRequiredService<Checkpoints>().Skip(projection, at, parsed.GetValue(why)!, ct);
            Console.WriteLine($"{projection} will pass {at}.");
            return 0;
        }));
        return command;
    }
}
