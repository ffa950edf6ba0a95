using System.CommandLine;
using Chat.Application.Log;
using Chat.Infrastructure.Postgres;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Projections.Cli;

static class LogCommand
{
    static readonly string[] Logs = ["postgres", "eventstoredb"];

    public static Command Create() => new("log", "The event log itself.") { Copy(), Digest() };

    static Command Copy()
    {
        var from = new Option<string>("--from") { Description = "postgres or eventstoredb.", Required = true }.AcceptOnlyFromAmong(Logs);
        var to = new Option<string>("--to") { Description = "The other one.", Required = true }.AcceptOnlyFromAmong(Logs);
        var command = new Command("copy", "Copies the log into another one, at the same revisions, and compares both. Run again, it goes on where it was. See docs/moving-the-log.md.") { from, to };
        command.SetAction((parsed, ct) =>
        {
            if (parsed.GetValue(from) != parsed.GetValue(to)) return With(parsed.GetValue(from)!, source => With(parsed.GetValue(to)!, target => Run(source, target, ct), ct), ct);
            Console.Error.WriteLine("--from and --to are the same.");
            return Task.FromResult(2);
        });
        return command;
    }

    static Command Digest()
    {
        var log = new Argument<string>("log") { Description = "postgres or eventstoredb." }.AcceptOnlyFromAmong(Logs);
        var command = new Command("digest", "How much of a log there is and what it comes to, to compare with a copy.") { log };
        command.SetAction((parsed, ct) => With(parsed.GetValue(log)!, async opened =>
        {
            Console.WriteLine(await LogCopy.Digest(opened, ct));
            return 0;
        }, ct));
        return command;
    }

    static async Task<int> Run(IEventLog source, IEventLog target, CancellationToken ct)
    {
        var done = await new LogCopy(source, target).Run(static progress => Console.WriteLine($"{progress.Copied} copied, {progress.Known} there already, at {progress.Position}"), ct);
        var (here, there) = (await LogCopy.Digest(source, ct), await LogCopy.Digest(target, ct));
        Console.WriteLine($"from: {here}");
        Console.WriteLine($"to:   {there}");
        if (here == there)
        {
            Console.WriteLine($"The copy is complete ({done.Copied} copied now).");
            return 0;
        }
        Console.Error.WriteLine("The two differ: run this again once nothing writes to either.");
        return 1;
    }

    static Task<int> With(string log, Func<IEventLog, Task<int>> verb, CancellationToken ct) => CliHost.RunOn(log, async services =>
    {
        await services.GetRequiredService<Migrations>().Apply(services.GetServices<Migration>(), ct); // one of the two may never have been used
        return await verb(services.GetRequiredService<IEventLog>());
    });
}
