using Chat.Api.RateLimits;
using Chat.Application.Conversations;
using Chat.Application.Presence;
using Chat.Application.Users;
using Chat.Domain;
using Chat.Domain.Conversations;
using Microsoft.Extensions.Options;

namespace Chat.Api.Presence;

/// <summary>Passes on who is writing: only a member's, at most once in three seconds, and not in channels, where thousands would be told.</summary>
public sealed class Typists(
    ConversationStreams conversations, UserStreams users, ITypingSignals signals, IOptions<PresenceOptions> options, TimeProvider time)
{
    static readonly TimeSpan FreshEnough = TimeSpan.FromSeconds(2);

    readonly TokenBuckets<TypingSignal> pauses = new(1, 1 / options.Value.TypingPause.TotalSeconds, time);

    /// <summary>Null when it was taken; a signal that says nothing new is taken and not passed on.</summary>
    public async Task<Refusal?> Tell(UserId user, ConversationId conversation, bool active, CancellationToken ct)
    {
        var state = await conversations.Read(conversation, FreshEnough, ct);
        if (state.Member(user) is null) return Refusal.NoSuchConversation;
        var signal = new TypingSignal(conversation, user, active);
        if (state.Kind == ConversationKind.Channel || !pauses.Take(signal).Allowed || await IsBlocked(state, user, ct)) return null;
        await signals.Tell(signal, ct);
        return null;
    }

    async ValueTask<bool> IsBlocked(Conversation state, UserId user, CancellationToken ct) =>
        state.Kind == ConversationKind.Direct && await users.Blocked(user, state.Members.Keys.First(member => member != user), ct);
}
