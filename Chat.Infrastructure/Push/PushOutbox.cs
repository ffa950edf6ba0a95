using Chat.Application.Push;
using Chat.Infrastructure.ReadModels;
using Microsoft.Extensions.Options;
using Wolverine;
using Wolverine.RDBMS;
using Wolverine.Runtime;

namespace Chat.Infrastructure.Push;

/// <summary>Where a projection leaves what is to be told: durable messages, kept or lost with the checkpoint.</summary>
public sealed class PushOutbox(IWolverineRuntime runtime, IOptions<PushOptions> options, TimeProvider time)
{
    public void Add(ReadBatch batch, IReadOnlyCollection<NotifyMembers> messages)
    {
        if (messages.Count == 0) return;
        var due = new DeliveryOptions { ScheduledTime = time.GetUtcNow() + options.Value.Delay };
        var envelopes = messages.SelectMany(message => runtime.RoutingFor(message.GetType()).RouteForPublish(message, due)).ToArray();
        foreach (var envelope in envelopes)
        {
            // nobody's, so that whoever polls first takes it: this process may not live until then
            (envelope.Status, envelope.OwnerId, envelope.ScheduledTime) = (EnvelopeStatus.Scheduled, 0, due.ScheduledTime);
        }
        batch.Also((transaction, _) => ((IMessageDatabase)runtime.Storage).StoreIncomingAsync(transaction, envelopes));
    }
}
