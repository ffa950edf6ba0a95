using Chat.Application;
using Chat.Application.Push;
using Chat.Infrastructure.Marten;
using Chat.Infrastructure.Postgres;
using Chat.Infrastructure.PostgresLog;
using Chat.Infrastructure.Push;
using Chat.Infrastructure.ReadModels;
using Chat.Infrastructure.Redis;
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
    public static HostApplicationBuilder Builder()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddPostgres().AddPostgresLog().AddReadModels().AddChatApplication().AddProjections()
            .AddMartenDocuments().AddPresence(builder.Configuration).AddPush(builder.Configuration).AddNotifications(builder.Configuration);
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
