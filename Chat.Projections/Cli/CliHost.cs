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
    public static HostApplicationBuilder Builder()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddPostgres().AddEventLog(builder.Configuration).AddReadModels().AddChatApplication().AddProjections();
        return builder;
    }

    /// <summary>Runs a verb with everything at hand but nothing running.</summary>
    public static async Task<int> Run(Func<IServiceProvider, Task<int>> verb)
    {
        var builder = Builder();
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
