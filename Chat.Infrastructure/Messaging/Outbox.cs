using Chat.Infrastructure.ReadModels;
using Wolverine;
using Wolverine.RDBMS;
using Wolverine.Runtime;

namespace Chat.Infrastructure.Messaging;

/// <summary>Where a projection leaves what is to be done because of an event: durable messages, kept or lost with its checkpoint.</summary>
public sealed class Outbox(IWolverineRuntime runtime, TimeProvider time)
{
    /// <param name="delay">How long to wait before they are handled.</param>
    public void Add<T>(ReadBatch batch, IReadOnlyCollection<T> messages, TimeSpan delay = default) where T : notnull
    {
        if (messages.Count == 0) return;
        var due = new DeliveryOptions { ScheduledTime = time.GetUtcNow() + delay };
        var envelopes = messages.SelectMany(message => runtime.RoutingFor(typeof(T)).RouteForPublish(message, due)).ToArray();
        foreach (var envelope in envelopes)
        {
            // nobody's, so that whoever polls first takes it: this process may not live until then
            (envelope.Status, envelope.OwnerId, envelope.ScheduledTime) = (EnvelopeStatus.Scheduled, 0, due.ScheduledTime);
        }
        batch.Also((transaction, _) => ((IMessageDatabase)runtime.Storage).StoreIncomingAsync(transaction, envelopes));
    }
}
