using Chat.Api.Presence;
using Chat.Application.Conversations;
using Chat.Application.Log;
using Chat.Application.Presence;
using Chat.Application.Users;
using Chat.Domain;
using Chat.Domain.Conversations;
using Chat.Domain.Users;
using Chat.Infrastructure.Memory;
using Chat.Tests.Integration.Projections;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Chat.Tests.Integration.Presence;

public sealed class TypingTests : IAsyncLifetime
{
    readonly FakeTimeProvider time = new();
    readonly MemoryTypingSignals signals = new();
    ReadSide chat = null!;
    Typists typists = null!;
    UserId ann, bob, cat;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        chat = await ReadSide.Start();
        (ann, bob, cat) = (await chat.Register("ann"), await chat.Register("bob"), await chat.Register("cat"));
        typists = new(chat.Get<ConversationStreams>(), chat.Get<UserStreams>(), signals, Options.Create(new PresenceOptions()), time);
    }

    public ValueTask DisposeAsync() => chat?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>What is passed on while something is done; a signal of a conversation of its own shows that all has been heard.</summary>
    async Task<List<TypingSignal>> Heard(Func<Task> act)
    {
        await using var heard = signals.Listen(Ct).GetAsyncEnumerator(Ct);
        var next = heard.MoveNextAsync(); // listens from here on
        await act();
        var end = new TypingSignal(new(Guid.NewGuid()), ann, false);
        await signals.Tell(end, Ct);
        var all = new List<TypingSignal>();
        for (var more = await next; more && heard.Current != end; more = await heard.MoveNextAsync()) all.Add(heard.Current);
        return all;
    }

    [Fact]
    public async Task it_is_passed_on_once_in_three_seconds_and_written_nowhere()
    {
        var room = await chat.Start(ann, members: [bob]);
        var head = await chat.Get<IEventLog>().Head(Ct);
        var heard = await Heard(async () =>
        {
            for (var i = 0; i < 10; i++) Assert.Null(await typists.Tell(ann, room, true, Ct));
            Assert.Null(await typists.Tell(bob, room, true, Ct)); // another one's own
            time.Advance(TimeSpan.FromSeconds(2.9));
            await typists.Tell(ann, room, true, Ct);
            time.Advance(TimeSpan.FromSeconds(0.2));
            await typists.Tell(ann, room, true, Ct);
            await typists.Tell(ann, room, false, Ct); // that it has stopped need not wait
        });
        Assert.Equal([new(room, ann, true), new(room, bob, true), new(room, ann, true), new(room, ann, false)], heard);
        Assert.Equal(head, await chat.Get<IEventLog>().Head(Ct));
    }

    [Fact]
    public async Task only_a_member_is_heard_and_nobody_in_a_channel_or_behind_a_block()
    {
        var (room, channel) = (await chat.Start(ann, members: [bob]), await chat.Start(ann, ConversationKind.Channel));
        var direct = await chat.Start(ann, ConversationKind.Direct, members: [bob]);
        await chat.Do(new BlockUser { By = bob, Blocked = ann });
        var heard = await Heard(async () =>
        {
            Assert.Equal(Refusal.NoSuchConversation, await typists.Tell(cat, room, true, Ct));
            Assert.Equal(Refusal.NoSuchConversation, await typists.Tell(ann, new(Guid.NewGuid()), true, Ct));
            Assert.Null(await typists.Tell(ann, channel, true, Ct));
            Assert.Null(await typists.Tell(ann, direct, true, Ct));
        });
        Assert.Empty(heard);
    }
}
