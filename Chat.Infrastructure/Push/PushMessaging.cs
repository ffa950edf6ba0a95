using Chat.Application.Push;
using JasperFx;
using JasperFx.CodeGeneration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Wolverine;
using Wolverine.Configuration;
using Wolverine.ErrorHandling;
using Wolverine.Postgresql;
using Wolverine.Runtime;
using Wolverine.Runtime.Handlers;

namespace Chat.Infrastructure.Push;

/// <summary>Pushes as durable messages: kept in PostgreSQL, handled by any process that runs them, tried again, laid aside.</summary>
public static class PushMessaging
{
    public const string Schema = "push";
    const string Queue = "push";
    const int AtOnce = 16;

    static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    extension(WolverineOptions options)
    {
        /// <summary>Keeps and handles pushes in this process.</summary>
        public void UsePushMessages(string postgres)
        {
            options.PersistMessagesWithPostgresql(postgres, Schema).OverrideAutoCreateResources(AutoCreate.CreateOrUpdate);
            options.Durability.Mode = DurabilityMode.Balanced;
            options.Durability.ScheduledJobPollingTime = TimeSpan.FromSeconds(1);
            options.PublishMessage<NotifyMembers>().ToLocalQueue(Queue);
            options.PublishMessage<PushToDevice>().ToLocalQueue(Queue);
            options.LocalQueue(Queue).UseDurableInbox().MaximumParallelMessages(AtOnce);
            options.Policies.Add<Retries>();
        }
    }

    /// <summary>How long to wait before the next try: what the provider says, within an hour; else twice as long each time, up to 15 minutes.</summary>
    internal static TimeSpan Wait(int tries, TimeSpan? asked) => asked is { } wait
        ? wait < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : wait > LongestWait ? LongestWait : wait
        : TimeSpan.FromSeconds(Math.Min(900, Math.Pow(2, Math.Min(tries, 12))));

    sealed class Retries : IHandlerPolicy
    {
        public void Apply(IReadOnlyList<HandlerChain> chains, GenerationRules rules, IServiceContainer container)
        {
            foreach (var chain in chains.Where(static chain => chain.MessageType == typeof(NotifyMembers) || chain.MessageType == typeof(PushToDevice)))
            {
                chain.OnException<PushRefusedException>().MoveToErrorQueue();
                chain.OnAnyException().CustomActionIndefinitely(TryAgain, "Tries again later, then lays it aside");
            }
        }

        static async ValueTask TryAgain(IWolverineRuntime runtime, IEnvelopeLifecycle message, Exception fault)
        {
            var tries = message.Envelope!.Attempts;
            if (tries >= runtime.Services.GetRequiredService<IOptions<PushOptions>>().Value.Tries) await message.MoveToDeadLetterQueueAsync(fault);
            else await message.ReScheduleAsync(runtime.Services.GetRequiredService<TimeProvider>().GetUtcNow() + Wait(tries, (fault as PushDelayedException)?.After));
        }
    }
}
