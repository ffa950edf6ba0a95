using Chat.Application.Files;
using Chat.Infrastructure.Messaging;
using JasperFx;
using JasperFx.CodeGeneration;
using Microsoft.Extensions.DependencyInjection;
using Wolverine;
using Wolverine.Configuration;
using Wolverine.ErrorHandling;
using Wolverine.Runtime;
using Wolverine.Runtime.Handlers;

namespace Chat.Infrastructure.Files;

/// <summary>Files that are to be looked at, as durable messages in a queue of their own: a slow picture delays other files at most, and nothing else.</summary>
public static class FileMessaging
{
    const string Queue = "files";
    const int AtOnce = 2;

    // Less than OverdueFiles.After, so that what waits here is not asked for a second time.
    internal static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    extension(WolverineOptions options)
    {
        /// <summary>Keeps and handles them in this process, as durable messages.</summary>
        public void UseFileMessages()
        {
            options.PublishMessage<CheckFile>().ToLocalQueue(Queue);
            options.LocalQueue(Queue).UseDurableInbox().MaximumParallelMessages(AtOnce);
            options.Policies.Add<Retries>();
        }
    }

    sealed class Retries : IHandlerPolicy
    {
        public void Apply(IReadOnlyList<HandlerChain> chains, GenerationRules rules, IServiceContainer container)
        {
            foreach (var chain in chains.Where(static chain => chain.MessageType == typeof(CheckFile)))
            {
                chain.OnAnyException().CustomActionIndefinitely(TryAgain, "Tries again later: a file is given up by its own count of tries");
            }
        }

        static async ValueTask TryAgain(IWolverineRuntime runtime, IEnvelopeLifecycle message, Exception fault) => await message.ReScheduleAsync(
            runtime.Services.GetRequiredService<TimeProvider>().GetUtcNow() + DurableMessages.Wait(message.Envelope!.Attempts, LongestWait));
    }
}
