using Chat.Application.Log;
using Chat.Infrastructure.Log;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Chat.Infrastructure.EventStoreDb;

public static class EventStoreDbRegistration
{
    extension(IServiceCollection services)
    {
        /// <summary>The event log in the EventStoreDB of ConnectionStrings:EventStoreDb.</summary>
        public IServiceCollection AddEventStoreDbLog()
        {
            services.AddOptions<EventStoreDbOptions>()
                .BindConfiguration(EventStoreDbOptions.Section)
                .Configure<IConfiguration>(static (options, configuration) => options.ConnectionString = configuration.GetConnectionString("EventStoreDb") ?? "")
                .ValidateDataAnnotations()
                .ValidateOnStart();
            return services
                .AddSingleton(static provider => Open(
                    provider.GetRequiredService<IOptions<EventStoreDbOptions>>().Value, provider.GetRequiredService<ILogger<EventStoreDbLog>>()))
                .AddSingleton<IEventLog>(static provider => provider.GetRequiredService<EventStoreDbLog>())
                .AddSingleton<ILogCheck>(static provider => provider.GetRequiredService<EventStoreDbLog>())
                .AddHostedService<EventStoreDbAtStart>();
        }
    }

    static EventStoreDbLog Open(EventStoreDbOptions options, ILogger<EventStoreDbLog> logger) =>
        new(ConnectionString.Parse(options.ConnectionString), options.MaxAppendBytes, options.StreamPrefix, logger);
}
