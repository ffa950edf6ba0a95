using Chat.Application.Search;
using Chat.Infrastructure.Elasticsearch;
using Chat.Infrastructure.ReadModels;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Infrastructure.Search;

public static class SearchRegistration
{
    extension(IServiceCollection services)
    {
        /// <summary>Search by the engine that Search:Engine names. Comes before AddReadModels(), whose tables may need what it prepares.</summary>
        public IServiceCollection AddSearch(IConfiguration configuration)
        {
            services.AddOptions<SearchOptions>().BindConfiguration(SearchOptions.Section)
                .Validate(static options => options.LanguageList.All(SearchLanguages.Knows), $"Search:Languages takes a comma-separated list of: {SearchLanguages.Names}.")
                .Validate(static options => options.Timeout > TimeSpan.Zero, "Search:Timeout must be positive.")
                .ValidateOnStart();
            services.AddSingleton<ISearchAccess, PostgresSearchAccess>().AddSingleton<MemberSearch>();
            return SearchOptions.Of(configuration) switch
            {
                { Engine: SearchEngine.Postgres } => services.AddPostgresEngine().AddSingleton<IMessageSearch>(static provider => provider.GetRequiredService<PostgresSearch>()),
                { Fallback: false } => services.AddElasticEngine().AddSingleton<IMessageSearch>(static provider => provider.GetRequiredService<ElasticMessageSearch>()),
                _ => services.AddPostgresEngine().AddElasticEngine().AddSingleton<IMessageSearch>(static provider =>
                    new FallbackSearch(provider.GetRequiredService<ElasticMessageSearch>(), provider.GetRequiredService<PostgresSearch>())),
            };
        }

        IServiceCollection AddPostgresEngine() => services
            .AddSingleton(SearchTable.Model)
            .AddSingleton<PostgresStems>()
            .AddSingleton<PostgresSpelling>()
            .AddHostedService<SearchExtensionAtStart>()
            .AddSingleton<PostgresSearch>();

        IServiceCollection AddElasticEngine() => services.AddElastic().AddSingleton(ElasticIndex.Model);
    }
}
