using System.CommandLine;
using Chat.Infrastructure.Push;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace Chat.Projections.Cli;

/// <summary>Pushes that are not tried any more.</summary>
static class PushCommand
{
    const int Shown = 1_000;

    public static Command Create() => new("push", "Push notifications that were given up.") { Dead(), Retry() };

    static Command Dead()
    {
        var command = new Command("dead", "Lists them and what the provider said. Exit code 1 when there is one.");
        command.SetAction(static (_, ct) => Run(async letters =>
        {
            var dead = await letters.List(Shown, ct);
            var table = new Table().AddColumns("id", "given up", "conversation", "sequence", "user", "session", "why");
            foreach (var push in dead)
            {
                table.AddRow(
                    $"{push.Id}", push.Retrying ? "retrying" : $"{push.At:u}", $"{push.Conversation}", $"{push.Sequence}", $"{push.User}", $"{push.Session}", Markup.Escape(push.Why));
            }
            AnsiConsole.Write(table);
            return dead.Count == 0 ? 0 : 1;
        }));
        return command;
    }

    static Command Retry()
    {
        var id = new Argument<string>("id") { Description = "One of them, or all." };
        var command = new Command("retry", "Has them tried again by whatever process sends pushes. What was read or deleted meanwhile is not sent.") { id };
        command.SetAction((parsed, ct) => Run(async letters =>
        {
            var which = parsed.GetValue(id)!;
            var one = Guid.TryParse(which, out var given);
            if (!one && which != "all")
            {
                Console.Error.WriteLine("That is no id; 'push dead' shows them.");
                return 2;
            }
            await letters.Retry(one ? given : null, ct);
            return 0;
        }));
        return command;
    }

    static Task<int> Run(Func<PushDeadLetters, Task<int>> verb) => CliHost.Run(async services =>
    {
        if (!services.GetRequiredService<IConfiguration>().PushIsOn)
        {
            Console.Error.WriteLine("Pushes are off: configure Push as for the API.");
            return 2;
        }
        var letters = services.GetRequiredService<PushDeadLetters>();
        await letters.Prepare();
        return await verb(letters);
    });
}
