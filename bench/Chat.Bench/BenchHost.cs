using Chat.Application;
using Chat.Infrastructure.Postgres;
using Chat.Infrastructure.PostgresLog;
using Chat.Infrastructure.ReadModels;
using Chat.Infrastructure.Search;
using Chat.Projections;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Chat.Bench;

/// <summary>The product without its API, on a database of the benchmark's own; no projection runs by itself.</summary>
static class BenchHost
{
    public static async Task<IHost> Start(BenchDatabase database, IReadOnlyDictionary<string, string?>? settings = null, Action<IServiceCollection>? also = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:Postgres"] = database.ConnectionString,
            ["Keys:MasterKey"] = Convert.ToBase64String(new byte[32]),
        });
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Logging.ClearProviders();
        builder.Services.AddPostgres().AddPostgresLog().AddSearch(builder.Configuration).AddReadModels().AddChatApplication().AddProjections().AddSearchProjections(builder.Configuration);
        also?.Invoke(builder.Services);
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }
}
