using Chat.Application.Log;
using Chat.Infrastructure.Log;
using Chat.Infrastructure.Postgres;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Infrastructure.PostgresLog;

public static class PostgresLogRegistration
{
    extension(IServiceCollection services)
    {
        /// <summary>The event log in the database of AddPostgres().</summary>
        public IServiceCollection AddPostgresLog() => services
            .AddSingleton<IEventLog, PostgresEventLog>()
            .AddSingleton<ILogCheck, DurabilityCheck>()
            .AddMigrations(PostgresLogSchema.Migrations);
    }
}
