using Chat.Infrastructure.Postgres;
using JasperFx;
using JasperFx.CodeGeneration;
using Microsoft.Extensions.DependencyInjection;
using Wolverine;
using Wolverine.Configuration;
using Wolverine.ErrorHandling;
using Wolverine.Postgresql;
using Wolverine.Runtime;
using Wolverine.Runtime.Handlers;

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

        /// <summary>A durable queue of its own for one kind of message, tried again until it is done: each time later, up to <paramref name="longestWait"/>.</summary>
        public void UseDurableQueue<T>(string queue, int atOnce, TimeSpan longestWait)
        {
            options.PublishMessage<T>().ToLocalQueue(queue);
            options.LocalQueue(queue).UseDurableInbox().MaximumParallelMessages(atOnce);
            options.Policies.Add(new UntilDone(typeof(T), longestWait));
        }
    }

    sealed class UntilDone(Type message, TimeSpan longestWait) : IHandlerPolicy
    {
        public void Apply(IReadOnlyList<HandlerChain> chains, GenerationRules rules, IServiceContainer container)
        {
            foreach (var chain in chains.Where(chain => chain.MessageType == message))
            {
                chain.OnAnyException().CustomActionIndefinitely(TryAgain, "Tries again until it is done");
            }
        }

        async ValueTask TryAgain(IWolverineRuntime runtime, IEnvelopeLifecycle envelope, Exception fault) => await envelope.ReScheduleAsync(
            runtime.Services.GetRequiredService<TimeProvider>().GetUtcNow() + Wait(envelope.Envelope!.Attempts, longestWait));
    }

    /// <summary>How long to wait before the next try: twice as long each time, up to <paramref name="longest"/>.</summary>
    public static TimeSpan Wait(int tries, TimeSpan longest) => TimeSpan.FromSeconds(Math.Min(longest.TotalSeconds, Math.Pow(2, Math.Min(tries, 12))));
}
