using Chat.Application.Accounts;
using Chat.Infrastructure.Messaging;
using JasperFx;
using JasperFx.CodeGeneration;
using Microsoft.Extensions.DependencyInjection;
using Wolverine;
using Wolverine.Configuration;
using Wolverine.ErrorHandling;
using Wolverine.Runtime;
using Wolverine.Runtime.Handlers;

namespace Chat.Infrastructure.Erasing;

/// <summary>Erasures as durable messages. They are never laid aside: somebody was promised that it will be done.</summary>
public static class ErasureMessaging
{
    const string Queue = "erasures";
    const int AtOnce = 2;

    static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    extension(WolverineOptions options)
    {
        /// <summary>Keeps and handles erasures in this process, as durable messages.</summary>
        public void UseErasureMessages()
        {
            options.PublishMessage<EraseAccount>().ToLocalQueue(Queue);
            options.LocalQueue(Queue).UseDurableInbox().MaximumParallelMessages(AtOnce);
            options.Policies.Add<Retries>();
        }
    }

    sealed class Retries : IHandlerPolicy
    {
        public void Apply(IReadOnlyList<HandlerChain> chains, GenerationRules rules, IServiceContainer container)
        {
            foreach (var chain in chains.Where(static chain => chain.MessageType == typeof(EraseAccount)))
            {
                chain.OnAnyException().CustomActionIndefinitely(TryAgain, "Tries again until it is done");
            }
        }

        static async ValueTask TryAgain(IWolverineRuntime runtime, IEnvelopeLifecycle message, Exception fault) => await message.ReScheduleAsync(
            runtime.Services.GetRequiredService<TimeProvider>().GetUtcNow() + DurableMessages.Wait(message.Envelope!.Attempts, LongestWait));
    }
}
