using Chat.Infrastructure.Postgres;
using JasperFx;
using Wolverine;
using Wolverine.Postgresql;

namespace Chat.Infrastructure.Messaging;

/// <summary>Work that outlives the process that asked for it: messages kept in PostgreSQL, handled by any process that runs them, tried again, laid aside.</summary>
public static class DurableMessages
{
    public const string Schema = "messages";

    extension(WolverineOptions options)
    {
        /// <summary>Keeps durable messages and takes part in handling them. Commands stay what they were: dispatched in this process, kept nowhere.</summary>
        public void UseDurableMessages(string postgres)
        {
            // what cannot be used stops the start all the same, and says so better than a stack trace from here would
            var usable = new PostgresOptions { ConnectionString = postgres }.IsUsable ? postgres : "Host=unusable";
            options.PersistMessagesWithPostgresql(usable, Schema).OverrideAutoCreateResources(AutoCreate.CreateOrUpdate);
            options.Durability.Mode = DurabilityMode.Balanced;
            options.Durability.ScheduledJobPollingTime = TimeSpan.FromSeconds(1);
        }
    }

    /// <summary>How long to wait before the next try: twice as long each time, up to <paramref name="longest"/>.</summary>
    public static TimeSpan Wait(int tries, TimeSpan longest) => TimeSpan.FromSeconds(Math.Min(longest.TotalSeconds, Math.Pow(2, Math.Min(tries, 12))));
}
