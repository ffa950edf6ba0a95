using Chat.Application.Push;
using Chat.Infrastructure.Messaging;
using JasperFx;
using JasperFx.CodeGeneration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Wolverine;
using Wolverine.Configuration;
using Wolverine.ErrorHandling;
using Wolverine.Runtime;
using Wolverine.Runtime.Handlers;

namespace Chat.Infrastructure.Push;

/// <summary>Pushes as durable messages, tried again as their provider asks.</summary>
public static class PushMessaging
{
    const string Queue = "push";

    /// <summary>What is kept of pushes is kept under this address.</summary>
    internal const string Address = $"local://{Queue}/";

    const int AtOnce = 16;

    static readonly TimeSpan LongestAsked = TimeSpan.FromHours(1);
    static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(15);

    extension(WolverineOptions options)
    {
        /// <summary>Keeps and handles pushes in this process, as durable messages.</summary>
        public void UsePushMessages()
        {
            options.PublishMessage<NotifyMembers>().ToLocalQueue(Queue);
            options.PublishMessage<PushToDevice>().ToLocalQueue(Queue);
            options.LocalQueue(Queue).UseDurableInbox().MaximumParallelMessages(AtOnce);
            options.Policies.Add<Retries>();
        }
    }

    /// <summary>How long to wait before the next try: what the provider says, within an hour; else twice as long each time, up to 15 minutes.</summary>
    internal static TimeSpan Wait(int tries, TimeSpan? asked) => asked is { } wait
        ? wait < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : wait > LongestAsked ? LongestAsked : wait
        : DurableMessages.Wait(tries, LongestWait);

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
