using Chat.Domain;

namespace Chat.Application.Presence;

/// <summary>Who is writing, told to every node. Kept nowhere: what nobody hears, or what is told while the store is away, is lost.</summary>
public interface ITypingSignals
{
    Task Tell(TypingSignal signal, CancellationToken ct);

    /// <summary>What is told from now on, on any node, until cancelled. Outlives an outage.</summary>
    IAsyncEnumerable<TypingSignal> Listen(CancellationToken ct);
}

/// <param name="Active">False where the user has stopped before the signal would have ended by itself.</param>
public sealed record TypingSignal(ConversationId Conversation, UserId User, bool Active);
