using Chat.Application.Search;
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
            return services
                .AddSingleton(SearchTable.Model)
                .AddSingleton<PostgresSpelling>()
                .AddHostedService<SearchExtensionAtStart>()
                .AddSingleton<IMessageSearch, PostgresSearch>()
                .AddSingleton<ISearchAccess, PostgresSearchAccess>()
                .AddSingleton<MemberSearch>();
        }
    }
}
