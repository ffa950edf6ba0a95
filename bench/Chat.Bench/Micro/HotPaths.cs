using BenchmarkDotNet.Attributes;
using Chat.Application.Keys;
using Chat.Application.Log;
using Chat.Domain;
using Chat.Domain.Conversations;
using Chat.Projections.Inbox;
using Chat.Projections.Timeline;

namespace Chat.Bench.Micro;

/// <summary>What every message goes through in the process, without network and store; times and allocations are a message's.</summary>
[MemoryDiagnoser(displayGenColumns: false)]
public class HotPaths
{
    const int Events = 10_000;
    const int Page = 500;

    static readonly ConversationId Room = new(Guid.CreateVersion7());

    readonly List<UserId> people = [.. Enumerable.Range(0, 10).Select(static _ => new UserId(Guid.CreateVersion7()))];
    readonly OneKey keys = new();

    List<Recorded<ConversationEvent>> talk = [];
    List<StoredEvent> stored = [];
    IReadOnlyList<DecodedEvent> decoded = [];
    Conversation state = Conversation.Initial;
    EventCodec codec = null!;
    EventMetadata metadata = null!;
    SendMessage command = null!;

    [GlobalSetup]
    public async Task Setup()
    {
        codec = new(EventContract.Current, keys);
        metadata = new(people[0], Guid.CreateVersion7(), 42, new(Guid.CreateVersion7()), Traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        talk = [.. GeneratedLog.Talk(Room, people, Events).Index().Select(static at => new Recorded<ConversationEvent>(at.Item, at.Index))];
        state = Fold();
        command = new()
        {
            Conversation = Room, By = people[1], Device = new(Guid.CreateVersion7()), Message = new(Guid.CreateVersion7()), ClientMessage = new(Guid.NewGuid()),
            Body = new(new string('x', 120)),
        };
        foreach (var (e, sequence) in talk.Take(Page).Select(static at => (at.Event, at.Sequence)))
        {
            var encoded = await codec.Encode(Guid.CreateVersion7(), e, metadata, CancellationToken.None);
            stored.Add(new(new(sequence), StreamNames.Of(Room), sequence, encoded.Id, encoded.Type, encoded.Data, encoded.Metadata, e.At));
        }
        decoded = await codec.Decode(stored, CancellationToken.None);
    }

    [Benchmark(Description = "decide a send on 512 recent messages")]
    public object Decide() => command.Decide(state, DateTimeOffset.UnixEpoch, Rules.Default);

    [Benchmark(Description = "evolve by one message")]
    public Conversation Evolve() => Conversation.Evolve(state, talk[^1]);

    [Benchmark(Description = "fold 10,000 events", OperationsPerInvoke = Events)]
    public Conversation Fold() => talk.Aggregate(Conversation.Initial, Conversation.Evolve);

    [Benchmark(Description = "encode and seal a message")]
    public ValueTask<NewEvent> Encode() => codec.Encode(Guid.CreateVersion7(), talk[^1].Event, metadata, CancellationToken.None);

    // a codec of its own each time: the other one remembers what it has opened
    [Benchmark(Description = "decode and open a page of 500", OperationsPerInvoke = Page)]
    public ValueTask<IReadOnlyList<DecodedEvent>> Decode() => new EventCodec(EventContract.Current, keys).Decode(stored, CancellationToken.None);

    [Benchmark(Description = "decode a page that this node wrote", OperationsPerInvoke = Page)]
    public ValueTask<IReadOnlyList<DecodedEvent>> DecodeOwn() => codec.Decode(stored, CancellationToken.None);

    [Benchmark(Description = "timeline: fold a page of 500", OperationsPerInvoke = Page)]
    public TimelineFold Timeline()
    {
        var fold = new TimelineFold([], []);
        foreach (var e in decoded) fold.Apply(e);
        return fold;
    }

    [Benchmark(Description = "inbox: fold a page of 500", OperationsPerInvoke = Page)]
    public InboxFold Inbox()
    {
        var fold = new InboxFold([]);
        foreach (var e in decoded) fold.Apply(e);
        return fold;
    }

    /// <summary>The same key for everybody; it protects nothing.</summary>
    sealed class OneKey : IPersonalKeys
    {
        static readonly PersonalKey Key = new(new byte[32]);

        public Task Create(UserId owner, CancellationToken ct) => Task.CompletedTask;

        public ValueTask<IReadOnlyDictionary<UserId, PersonalKey>> Find(IReadOnlyCollection<UserId> owners, CancellationToken ct) =>
            new(owners.ToDictionary(static owner => owner, static _ => Key));

        public Task Erase(UserId owner, CancellationToken ct) => throw new NotSupportedException("Nobody is erased here.");
    }
}
