using Chat.Infrastructure.Log;
using Chat.Infrastructure.Postgres;
using Chat.Infrastructure.ReadModels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Chat.Projections;

/// <param name="Remedy">Which setting to change, or which command to give; null when all is well.</param>
public sealed record Finding(string Check, string Found, string? Remedy = null)
{
    public bool Ok => Remedy is null;
}

/// <summary>Looks for what would keep projections from working: settings, connections, durability, schema, and the projections themselves.</summary>
public sealed class ProjectionDoctor(IServiceProvider services)
{
    const double ConnectionsInUse = 0.8;
    const double TolerableLag = 10;

    /// <summary>Ends with the first finding without which the others cannot be made.</summary>
    public async IAsyncEnumerable<Finding> Examine([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var finding in (Finding[])[Setting<PostgresOptions>("ConnectionStrings:Postgres"), Setting<KeyOptions>("Keys")])
        {
            yield return finding;
            if (!finding.Ok) yield break;
        }

        var connection = await Connections(ct);
        yield return connection;
        if (connection.Check == Unreachable) yield break;

        foreach (var check in services.GetServices<ILogCheck>())
        {
            yield return await check.Trouble(ct) is { } trouble
                ? new("log", trouble, "Start or reach the store that EventLog names; fsync, full_page_writes and synchronous_commit belong in postgresql.conf.")
                : new("log", "What is acknowledged survives a power cut.");
        }

        var schema = await Schema(ct);
        yield return schema;
        if (!schema.Ok) yield break;

        foreach (var row in await ActivatorUtilities.CreateInstance<ProjectionStatus>(services).Measure(ct)) yield return Generation(row);
    }

    const string Unreachable = "connection";

    Finding Setting<TOptions>(string name) where TOptions : class
    {
        try
        {
            _ = services.GetRequiredService<IOptions<TOptions>>().Value;
            return new("settings", $"{name} is set.");
        }
        catch (OptionsValidationException wrong)
        {
            return new("settings", string.Join(" ", wrong.Failures), $"Set {name} in appsettings.json, or {name.Replace(":", "__", StringComparison.Ordinal)} in the environment.");
        }
    }

    async Task<Finding> Connections(CancellationToken ct)
    {
        var (server, unreachable) = await services.GetRequiredService<DatabaseCheck>().Server(ct);
        if (server is null) return new(Unreachable, unreachable!, "Start that server, or name another one in ConnectionStrings:Postgres.");
        var found = $"PostgreSQL {server.Version}: {server.Connections} of {server.MaxConnections} connections in use.";
        return server.Connections < ConnectionsInUse * server.MaxConnections
            ? new("connections", found)
            : new("connections", found, "Raise max_connections in postgresql.conf, or lower 'Maximum Pool Size' in ConnectionStrings:Postgres of the nodes.");
    }

    async Task<Finding> Schema(CancellationToken ct) => await services.GetRequiredService<DatabaseCheck>().NotApplied(ct) switch
    {
        null => new("schema", "This database has never been used by Chat.", "Name the right Database in ConnectionStrings:Postgres, or start the API or 'run' once."),
        [] => new("schema", "Up to date."),
        var missing => new("schema", $"Not applied: {string.Join(", ", missing)}.", "Start the API or 'run' of this version once."),
    };

    static Finding Generation(StatusRow row)
    {
        var found = $"{row.Generation} is {row.State.ToString().ToLowerInvariant()} at {row.Position} of {row.Head}, {row.LagSeconds:N1} s behind.";
        return new("projection", $"{found} {row.Failure}".TrimEnd(), row switch
        {
            { MovedByHand: true } => $"Its checkpoint was moved by hand: 'verify {row.Projection}' says what is missing, 'rebuild {row.Projection}' repairs it.",
            { State: GenerationState.Stopped } => $"Mend what it stumbles over, or pass the event: 'skip {row.Projection} --position … --why …'.",
            { State: GenerationState.Paused } => $"'resume {row.Projection}' lets it go on.",
            { State: GenerationState.Idle } => "Nobody runs it: set Projections:InProcess to true in the API, or start 'chat-projections run'.",
            { State: GenerationState.Interrupted } => $"'rebuild {row.Projection}' goes on with it, 'drop {row.Projection}' gives it up.",
            { State: GenerationState.Running, LagSeconds: > TolerableLag } => "It is behind. Run projections in a process of their own (Projections:InProcess=false and 'chat-projections run'), or give PostgreSQL more.",
            _ => null,
        });
    }
}
