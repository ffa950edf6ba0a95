using Chat.Application.Log;
using Chat.Infrastructure.Postgres;
using Chat.Infrastructure.Previews;
using Chat.Infrastructure.Push;
using Chat.Infrastructure.ReadModels;
using Chat.Infrastructure.Search;
using Chat.Projections.Directory;
using Chat.Projections.Inbox;
using Chat.Projections.Notifications;
using Chat.Projections.Previews;
using Chat.Projections.Receipts;
using Chat.Projections.Search;
using Chat.Projections.Timeline;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Chat.Projections;

public static class ProjectionsRegistration
{
    extension(IServiceCollection services)
    {
        /// <summary>What rebuilds, verifies and lists the projections.</summary>
        public IServiceCollection AddProjections() => services
            .AddSingleton<IProjection, TimelineProjection>()
            .AddSingleton<IProjection, InboxProjection>()
            .AddSingleton<IProjection, DirectoryProjection>()
            .AddSingleton<IProjection, ReceiptsProjection>()
            .AddSingleton<LogFold>()
            .AddSingleton<ProjectionRebuild>()
            .AddSingleton<ProjectionVerification>()
            .AddSingleton<ProjectionRepair>();

        /// <summary>Decides who is pushed to, where a provider is configured. Needs AddPush().</summary>
        public IServiceCollection AddNotifications(IConfiguration configuration) =>
            configuration.PushIsOn ? services.AddSingleton<IProjection, NotificationsProjection>() : services;

        /// <summary>Has links looked up, where that is on. Needs AddPreviews().</summary>
        public IServiceCollection AddPreviewsProjection(IConfiguration configuration) =>
            configuration.PreviewsAreOn ? services.AddSingleton<IProjection, PreviewsProjection>() : services;

        /// <summary>What keeps the engines of AddSearch() up to date.</summary>
        public IServiceCollection AddSearchProjections(IConfiguration configuration)
        {
            var search = SearchOptions.Of(configuration);
            if (search.Engine is SearchEngine.Postgres || search.Fallback) services.AddSingleton<IProjection, SearchProjection>();
            if (search.Engine is SearchEngine.Elasticsearch) services.AddSingleton<IProjection, SearchIndexProjection>();
            return services;
        }

        /// <summary>Runs the projections here unless Projections:InProcess is false: then 'chat-projections run' does it elsewhere.</summary>
        public IServiceCollection AddInProcessProjections(IConfiguration configuration) =>
            configuration.GetValue("Projections:InProcess", true) ? services.AddProjectionRunners() : services;

        /// <summary>Runs every projection added so far in this process, each on its own.</summary>
        public IServiceCollection AddProjectionRunners()
        {
            foreach (var type in services.Where(static service => service.ServiceType == typeof(IProjection)).Select(static service => service.ImplementationType).ToList())
            {
                // AddHostedService would take one runner only: they are of one type
                services.AddSingleton<IHostedService>(provider => new ProjectionRunner(
                    provider.GetServices<IProjection>().Single(projection => projection.GetType() == type),
                    provider.GetRequiredService<IEventLog>(),
                    provider.GetRequiredService<EventCodec>(),
                    provider.GetRequiredService<Checkpoints>(),
                    provider.GetRequiredService<Generations>(),
                    provider.GetRequiredService<ReadModelProgress>(),
                    provider.GetRequiredService<Leases>(),
                    provider.GetRequiredService<ILogger<ProjectionRunner>>()));
            }
            return services;
        }
    }
}
