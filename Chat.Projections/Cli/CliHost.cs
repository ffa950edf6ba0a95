using Chat.Application;
using Chat.Application.Log;
using Chat.Application.Push;
using Chat.Infrastructure.Erasing;
using Chat.Infrastructure.Files;
using Chat.Infrastructure.Log;
using Chat.Infrastructure.Marten;
using Chat.Infrastructure.Messaging;
using Chat.Infrastructure.Postgres;
using Chat.Infrastructure.Previews;
using Chat.Infrastructure.Push;
using Chat.Infrastructure.ReadModels;
using Chat.Infrastructure.Redis;
using Chat.Infrastructure.Search;
using JasperFx.CodeGeneration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Wolverine;

namespace Chat.Projections.Cli;

/// <summary>The parts that the verbs use, configured as the API is: appsettings.json, environment, command line.</summary>
static class CliHost
{
    public static HostApplicationBuilder Builder(string? log = null)
    {
        var builder = Host.CreateApplicationBuilder();
        if (log is not null) builder.Configuration[EventLogRegistration.Setting] = log;
        builder.UseWolverine(options => UseMessages(options, builder.Configuration));
        builder.Services.AddPostgres().AddEventLog(builder.Configuration).AddSearch(builder.Configuration).AddReadModels().AddChatApplication().AddProjections()
            .AddMartenDocuments().AddPresence(builder.Configuration).AddFiles(builder.Configuration).AddFileChecks(builder.Configuration).AddErasure()
            .AddPush(builder.Configuration).AddNotifications(builder.Configuration).AddPreviews().AddPreviewsProjection(builder.Configuration)
            .AddSearchProjections(builder.Configuration);
        return builder;
    }

    static void UseMessages(WolverineOptions options, IConfiguration configuration)
    {
        options.Discovery.IncludeAssembly(typeof(PushHandler).Assembly);
        options.ApplicationAssembly = typeof(CliHost).Assembly;
        options.CodeGeneration.TypeLoadMode = TypeLoadMode.Dynamic; // few handlers: each made when its first message comes
        options.UseDurableMessages(configuration.GetConnectionString("Postgres") ?? "");
        options.UseFileMessages();
        options.UseErasureMessages();
        if (configuration.PushIsOn) options.UsePushMessages();
        if (configuration.PreviewsAreOn) options.UsePreviewMessages();
    }

    /// <summary>Runs a verb with everything at hand but nothing running; what goes wrong becomes a sentence and an exit code.</summary>
    public static Task<int> Run(Func<IServiceProvider, Task<int>> verb) => RunOn(null, verb);

    /// <summary>The same with one log or the other, whichever is configured.</summary>
    public static async Task<int> RunOn(string? log, Func<IServiceProvider, Task<int>> verb)
    {
        try
        {
            var builder = Builder(log);
            builder.Logging.SetMinimumLevel(LogLevel.Critical); // faults are told once, by the verb
            using var host = builder.Build();
            return await verb(host.Services);
        }
        catch (Exception fault) when (Explain(fault) is { } known)
        {
            await Console.Error.WriteLineAsync(known.Message);
            return known.Code;
        }
    }

    static (int Code, string Message)? Explain(Exception fault) => fault switch
    {
        RefusedException => (ExitCode.Refused, fault.Message),
        UsageException => (ExitCode.Usage, fault.Message),
        OptionsValidationException => (ExitCode.Usage, $"A setting is wrong. {fault.Message}"),
        BusyException or FencedException => (ExitCode.Busy, fault.Message),
        _ when PostgresFaults.IsOtherSchema(fault) =>
            (ExitCode.Usage, "The database's schema is not this version's: start the API or 'run' of this version once. 'doctor' says more."),
        LogUnavailableException => (ExitCode.Away, $"The event log is away (EventLog and its connection string): {fault.Message}"),
        _ when PostgresFaults.IsUnavailable(fault) => (ExitCode.Away, $"The store is away (ConnectionStrings:Postgres): {fault.Message}"),
        OperationCanceledException => (ExitCode.Interrupted, "Interrupted; the same command goes on from here."),
        _ => null,
    };
}

static class ExitCode
{
    public const int Refused = 1;
    public const int Usage = 2;
    public const int Busy = 3;
    public const int Away = 4;
    public const int Interrupted = 130;
}

sealed class UsageException(string message) : Exception(message);
