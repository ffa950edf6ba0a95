using Chat.Application;
using Chat.Infrastructure.Postgres;
using Chat.Infrastructure.PostgresLog;
using Chat.Infrastructure.ReadModels;
using Chat.Projections;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Chat.Bench;

/// <summary>The product without its API, on a database of the benchmark's own; no projection runs by itself, unless asked for.</summary>
static class BenchHost
{
    public static async Task<IHost> Start(BenchDatabase database, bool runners = false)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:Postgres"] = database.ConnectionString,
            ["Keys:MasterKey"] = Convert.ToBase64String(new byte[32]),
        });
        builder.Logging.ClearProviders();
        builder.Services.AddPostgres().AddPostgresLog().AddReadModels().AddChatApplication().AddProjections();
        if (runners) builder.Services.AddProjectionRunners();
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }
}
