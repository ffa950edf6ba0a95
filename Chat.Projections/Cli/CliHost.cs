using Chat.Application;
using Chat.Infrastructure.Log;
using Chat.Infrastructure.Postgres;
using Chat.Infrastructure.ReadModels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Chat.Projections.Cli;

/// <summary>The parts that the verbs use, configured as the API is: appsettings.json, environment, command line.</summary>
static class CliHost
{
    public static HostApplicationBuilder Builder(string? log = null)
    {
        var builder = Host.CreateApplicationBuilder();
        if (log is not null) builder.Configuration[EventLogRegistration.Setting] = log;
        builder.Services.AddPostgres().AddEventLog(builder.Configuration).AddReadModels().AddChatApplication().AddProjections();
        return builder;
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
