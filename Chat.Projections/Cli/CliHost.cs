using Chat.Application;
using Chat.Application.Push;
using Chat.Infrastructure.Log;
using Chat.Infrastructure.Marten;
using Chat.Infrastructure.Postgres;
using Chat.Infrastructure.Push;
using Chat.Infrastructure.ReadModels;
using Chat.Infrastructure.Redis;
using Chat.Infrastructure.Search;
using JasperFx.CodeGeneration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Wolverine;

namespace Chat.Projections.Cli;

/// <summary>The parts that the verbs use, configured as the API is: appsettings.json, environment, command line.</summary>
static class CliHost
{
    public static HostApplicationBuilder Builder(string? log = null)
    {
        var builder = Host.CreateApplicationBuilder();
        if (log is not null) builder.Configuration[EventLogRegistration.Setting] = log;
        builder.Services.AddPostgres().AddEventLog(builder.Configuration).AddSearch(builder.Configuration).AddReadModels().AddChatApplication().AddProjections()
            .AddMartenDocuments().AddPresence(builder.Configuration).AddPush(builder.Configuration).AddNotifications(builder.Configuration)
            .AddSearchProjections(builder.Configuration);
        if (builder.Configuration.PushIsOn) builder.UseWolverine(options => UsePushMessages(options, builder.Configuration));
        return builder;
    }

    static void UsePushMessages(WolverineOptions options, IConfiguration configuration)
    {
        options.Discovery.IncludeAssembly(typeof(PushHandler).Assembly);
        options.ApplicationAssembly = typeof(CliHost).Assembly;
        options.CodeGeneration.TypeLoadMode = TypeLoadMode.Dynamic; // two handlers: made when the first push goes out
        options.UsePushMessages(configuration.GetConnectionString("Postgres") ?? "");
    }

    /// <summary>Runs a verb with everything at hand but nothing running.</summary>
    public static Task<int> Run(Func<IServiceProvider, Task<int>> verb) => Run(Builder(), verb);

    /// <summary>The same with one log or the other, whichever is configured.</summary>
    public static Task<int> RunOn(string log, Func<IServiceProvider, Task<int>> verb) => Run(Builder(log), verb);

    static async Task<int> Run(HostApplicationBuilder builder, Func<IServiceProvider, Task<int>> verb)
    {
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        using var host = builder.Build();
        return await verb(host.Services);
    }

    extension(IServiceProvider services)
    {
        /// <summary>The projections of that name, or all.</summary>
        public IReadOnlyList<IProjection> Projections(string? name)
        {
            var all = services.GetServices<IProjection>().ToList();
            return name is null or "all" ? all : [.. all.Where(projection => projection.Model.Name == name)];
        }
    }
}
