using Chat.Application.Log;
using Chat.Application.Streams;
using Chat.Domain;
using Chat.Domain.Conversations;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Decision = Chat.Domain.Decision<Chat.Domain.Conversations.ConversationEvent>;

namespace Chat.Application.Conversations;

/// <summary>Where commands about conversations meet the log: load, decide, append at the expected revision, or decide again.</summary>
public sealed class ConversationStreams(
    IEventLog log, EventCodec codec, ISnapshots snapshots, IOldMessages oldMessages, UserClocks clocks, TimeProvider time, IOptions<StreamOptions> options,
    ILogger<ConversationStreams> logger)
{
    static readonly StreamCategory<Conversation, ConversationEvent> Category =
        new("conversation", Conversation.Initial, Conversation.Evolve, static e => e.At, ConversationSnapshot.Format);

    readonly Gates<Conversation, ConversationEvent> gates = new(Category, options.Value.CachedConversations, log, codec, snapshots, time, logger);
    readonly Rules rules = options.Value.Rules;

    /// <summary>Carries out a command. Once this answers Done, the command is durable.</summary>
    /// <exception cref="LogUnavailableException">The store is away; what became of the command is unknown, and a repeat is safe.</exception>
    /// <exception cref="ConversationBusyException">Too much is going on in this conversation.</exception>
    /// <exception cref="ReadModelBehindException">An old message cannot be looked up at the moment.</exception>
    public async Task<Outcome> Transact(ConversationCommand command, CancellationToken ct)
    {
        var wish = new Wish<Conversation, ConversationEvent>(
            command.Key ?? Guid.CreateVersion7(), command.By, command.Device, await clocks.Of(command.By, ct),
            (state, now) => command.Decide(state, now, rules),
            Recall,
            command.AnswerRepeat,
            (state, stopping) => FindFirst(command, state, stopping));
        var settled = await gates.Of(StreamNames.Of(command.Conversation)).Submit(wish, ct);
        clocks.Saw(command.By, settled.Lamport);
        return OutcomeOf(settled);
    }

    /// <summary>The conversation as the log has it, checked no longer than <paramref name="maxAge"/> ago; not started when there is none.</summary>
    public async ValueTask<Conversation> Read(ConversationId conversation, TimeSpan maxAge, CancellationToken ct) =>
        (await gates.Of(StreamNames.Of(conversation)).Read(maxAge, ct)).State;

    async Task<Conversation> Recall(Conversation state, MessageId message, CancellationToken ct) =>
        state.Recall(message, await oldMessages.Find(state.Id, message, state.Messages.Horizon, ct));

    async Task<long?> FindFirst(ConversationCommand command, Conversation state, CancellationToken ct) =>
        command is SendMessage send && send.MayBeOld(state)
            ? await oldMessages.SequenceOf(state.Id, send.By, send.ClientMessage, state.Messages.SentHorizon, ct)
            : null;

    static Outcome OutcomeOf(Settled<Conversation, ConversationEvent> settled) => settled.Decision switch
    {
        Decision.Accepted accepted => new Outcome.Done(new(
            settled.Sequence, settled.After.Position, settled.At, accepted.Events.OfType<MessageSent>().FirstOrDefault()?.Message, accepted.Events.Count == 0)),
        Decision.Repeated repeated => new Outcome.Done(new(repeated.Sequence, settled.After.Position, repeated.At, repeated.Message, true)),
        Decision.Rejected rejected => new Outcome.Refused(rejected.Why),
        Decision.Needs needs => throw new InvalidOperationException($"The look-up of message {needs.Message} settled nothing."),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}

/// <summary>Section "Streams".</summary>
public sealed class StreamOptions
{
    public const string Section = "Streams";

    /// <summary>States of conversations kept in memory.</summary>
    [System.ComponentModel.DataAnnotations.Range(1, 1_000_000)]
    public int CachedConversations { get; set; } = 10_000;

    /// <summary>States of users kept in memory.</summary>
    [System.ComponentModel.DataAnnotations.Range(1, 1_000_000)]
    public int CachedUsers { get; set; } = 20_000;

    /// <summary>States of receipts (a user in a conversation) kept in memory.</summary>
    [System.ComponentModel.DataAnnotations.Range(1, 1_000_000)]
    public int CachedReceipts { get; set; } = 50_000;

    public Rules Rules { get; set; } = Rules.Default;
}
