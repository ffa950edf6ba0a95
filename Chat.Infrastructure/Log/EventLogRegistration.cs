using Chat.Infrastructure.EventStoreDb;
using Chat.Infrastructure.PostgresLog;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Chat.Infrastructure.Log;

public static class EventLogRegistration
{
    public const string Setting = "EventLog";

    extension(IServiceCollection services)
    {
        /// <summary>The event log that the setting "EventLog" names: postgres, in the database of AddPostgres(), or eventstoredb.</summary>
        public IServiceCollection AddEventLog(IConfiguration configuration) => configuration[Setting] switch
        {
            null or "" or "postgres" => services.AddPostgresLog(),
            "eventstoredb" => services.AddEventStoreDbLog(),
            var other => throw new OptionsValidationException(Setting, typeof(string), [$"{Setting} is postgres or eventstoredb, not \"{other}\"."]),
        };
    }
}
