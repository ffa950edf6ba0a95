using System.Collections.Concurrent;
using Chat.Application.Conversations;
using Chat.Application.Inbox;
using Chat.Application.Log;
using Chat.Application.Receipts;
using Chat.Domain;
using Chat.Domain.Conversations;
using Chat.Testing;
using Chat.Tests.Unit.Conversations;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Chat.Tests.Unit.Streams;

/// <summary>The write path of one node over an in-memory log; further nodes share the log and the keys.</summary>
sealed class WritePath
{
    static readonly UserId[] People = [.. Enumerable.Range(1, 4).Select(Spec.User)];

    readonly InMemoryKeys keys;
    readonly InMemorySnapshots snapshots;
    readonly EventCodec codec;
    readonly TimeProvider clock;

    public WritePath() : this(new InMemoryEventLog()) { }

    public WritePath(InMemoryEventLog log) : this(new FaultyLog(log), new(), new(), TimeProvider.System)
    {
        foreach (var person in People) keys.Create(person, CancellationToken.None).GetAwaiter().GetResult();
    }

    WritePath(FaultyLog log, InMemoryKeys keys, InMemorySnapshots snapshots, TimeProvider clock)
    {
        (Log, this.keys, this.snapshots, this.clock) = (log, keys, snapshots, clock);
        codec = new(EventContract.Current, keys);
        Streams = new(
            log, codec, snapshots, new InMemoryOldMessages(log, codec), new UserClocks(Inbox), clock,
            Options.Create(new StreamOptions()), NullLogger<ConversationStreams>.Instance);
        ReceiptStreams = new(log, codec, snapshots, Streams, clock, Options.Create(new StreamOptions()), NullLogger<ReceiptStreams>.Instance);
    }

    public ReceiptStreams ReceiptStreams { get; }

    /// <summary>Receipts on their way to the log in this node.</summary>
    public ReceiptBuffer Receipts() => new(ReceiptStreams, clock, NullLogger<ReceiptBuffer>.Instance);

    public FaultyLog Log { get; }
    public KnownClocks Inbox { get; } = new();
    public ConversationStreams Streams { get; }

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public WritePath AnotherNode(TimeProvider? clock = null, InMemorySnapshots? snapshots = null) =>
        new(Log, keys, snapshots ?? this.snapshots, clock ?? TimeProvider.System);

    public async Task<Receipt> Done(ConversationCommand command) => Assert.IsType<Outcome.Done>(await Streams.Transact(command, Ct)).Receipt;

    public async Task<Refusal> Refused(ConversationCommand command) => Assert.IsType<Outcome.Refused>(await Streams.Transact(command, Ct)).Why;

    public Task<IReadOnlyList<DecodedEvent>> Stored(ConversationId conversation) => Stored(StreamNames.Of(conversation));

    public async Task<IReadOnlyList<DecodedEvent>> Stored(StreamName stream)
    {
        var stored = new List<StoredEvent>();
        await foreach (var e in Log.ReadStream(stream, 0, int.MaxValue, Ct)) stored.Add(e);
        return await codec.Decode(stored, Ct);
    }

    /// <summary>Snapshots are written beside the answer, so they may come a moment later.</summary>
    public Task SnapshotWritten() => snapshots.Written.WaitAsync(TimeSpan.FromSeconds(10), Ct);

    public class KnownClocks : IInboxReader
    {
        public ConcurrentDictionary<UserId, long> Clocks { get; } = new();

        public virtual Task<long> ClockOf(UserId user, CancellationToken ct) => Task.FromResult(Clocks.GetValueOrDefault(user));

        public Task<InboxPage> Page(UserId user, InboxCursor? before, int limit, CancellationToken ct) => throw new NotSupportedException();

        public Task<InboxChanges> Changes(UserId user, LogPosition after, int limit, CancellationToken ct) => throw new NotSupportedException();

        public Task<InboxItem?> Item(UserId user, ConversationId conversation, CancellationToken ct) => throw new NotSupportedException();
    }
}
