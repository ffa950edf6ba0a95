using Chat.Application.Previews;
using JasperFx;
using JasperFx.CodeGeneration;
using Wolverine;
using Wolverine.Configuration;
using Wolverine.ErrorHandling;
using Wolverine.Runtime.Handlers;

namespace Chat.Infrastructure.Previews;

/// <summary>Links to look up, as durable messages in a queue of their own: slow pages delay other previews at most.</summary>
public static class PreviewMessaging
{
    const string Queue = "previews";
    const int AtOnce = 8;

    static readonly TimeSpan[] Waits = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1)];

    extension(WolverineOptions options)
    {
        /// <summary>Keeps and handles them in this process, as durable messages.</summary>
        public void UsePreviewMessages()
        {
            options.PublishMessage<FindPreview>().ToLocalQueue(Queue);
            options.LocalQueue(Queue).UseDurableInbox().MaximumParallelMessages(AtOnce);
            options.Policies.Add<Retries>();
        }
    }

    // What is wrong with a page is no fault. What comes here is of our own stores, and a preview is not worth waiting for them for long.
    sealed class Retries : IHandlerPolicy
    {
        public void Apply(IReadOnlyList<HandlerChain> chains, GenerationRules rules, IServiceContainer container)
        {
            foreach (var chain in chains.Where(static chain => chain.MessageType == typeof(FindPreview))) chain.OnAnyException().ScheduleRetry(Waits).Then.Discard();
        }
    }
}
