using System.CommandLine;
using Chat.Infrastructure.Postgres;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Projections.Cli;

/// <summary>The keys that sign access tokens.</summary>
static class KeysCommand
{
    static readonly Option<bool> AtOnce = new("--at-once")
    {
        Description = "The keys before it verify no more, for one that is in the wrong hands: every access token dies, and devices refresh.",
    };

    sealed record Row(Guid Id, DateTimeOffset Created, DateTimeOffset? VerifiesUntil);

    public static Command Create() => new("keys", "The keys that sign access tokens.") { List(), Rotate() };

    static Command List()
    {
        var command = new Command("list", "Those that verify, the one that signs first.") { Output.Json };
        command.SetAction(static (parsed, ct) => Run(static (_, _) => Task.CompletedTask, parsed, ct));
        return command;
    }

    static Command Rotate()
    {
        var command = new Command("rotate", "Makes a new key, with which every node signs within a minute; those before it verify until their tokens have died.") { AtOnce, Output.Json };
        command.SetAction(static (parsed, ct) => Run((keys, ct) => keys.Rotate(parsed.GetValue(AtOnce), ct), parsed, ct));
        return command;
    }

    static Task<int> Run(Func<SigningKeys, CancellationToken, Task> verb, ParseResult parsed, CancellationToken ct) => CliHost.Run(async services =>
    {
        var keys = ActivatorUtilities.CreateInstance<SigningKeys>(services);
        await verb(keys, ct);
        await keys.Load(ct);
        Output.Write(keys.Current.Select(static key => new Row(key.Id, key.CreatedAt, key.RetiredAt)).ToList(), parsed.GetValue(Output.Json), static rows =>
        {
            foreach (var row in rows) Console.WriteLine($"{row.Id} of {row.Created:u} {(row.VerifiesUntil is { } until ? $"verifies until {until:u}" : "signs")}");
        });
        return 0;
    });
}
