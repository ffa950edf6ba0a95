using Chat.Domain;
using Chat.Domain.Conversations;
using Chat.Domain.Users;
using Chat.Infrastructure.Postgres;
using Chat.Infrastructure.ReadModels;
using Chat.Tests.Integration.Projections;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Tests.Integration.Presence;

public sealed class PresenceRightsTests : IAsyncLifetime
{
    ReadSide chat = null!;
    UserId ann, bob, cat;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        chat = await ReadSide.Start(also: static services => services.AddMigrations(PresenceRights.Migrations).AddSingleton<PresenceRights>());
        (ann, bob, cat) = (await chat.Register("ann"), await chat.Register("bob"), await chat.Register("cat"));
    }

    public ValueTask DisposeAsync() => chat?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>Whom ann may see, and who may see ann.</summary>
    async Task<(string Sees, string SeenBy)> Ann()
    {
        await chat.Settled();
        var allowed = await chat.Get<PresenceRights>().Among([(ann, bob), (ann, cat), (bob, ann), (cat, ann)], Ct);
        return (Names(allowed.Where(pair => pair.Watcher == ann).Select(static pair => pair.Watched)), Names(allowed.Where(pair => pair.Watched == ann).Select(static pair => pair.Watcher)));
    }

    string Names(IEnumerable<UserId> users) => string.Join(' ', users.Select(user => user == bob ? "bob" : "cat").Order());

    [Fact]
    public async Task those_who_share_a_conversation_see_each_other_as_long_as_they_do()
    {
        var room = await chat.Start(ann, members: [bob]);
        Assert.Equal(("bob", "bob"), await Ann());
        await chat.Do(new AddMember { Conversation = room, By = ann, Member = cat });
        Assert.Equal(("bob cat", "bob cat"), await Ann());
        await chat.Do(new LeaveConversation { Conversation = room, By = bob });
        Assert.Equal(("cat", "cat"), await Ann());
    }

    [Fact]
    public async Task a_block_hides_both_from_each_other()
    {
        await chat.Start(ann, members: [bob, cat]);
        await chat.Do(new BlockUser { By = bob, Blocked = ann });
        Assert.Equal(("cat", "cat"), await Ann());
        await chat.Do(new UnblockUser { By = bob, Blocked = ann });
        await chat.Do(new BlockUser { By = ann, Blocked = cat });
        Assert.Equal(("bob", "bob"), await Ann());
    }

    [Fact]
    public async Task who_hides_sees_nobody_and_is_seen_by_nobody()
    {
        await chat.Start(ann, members: [bob, cat]);
        var rights = chat.Get<PresenceRights>();
        await rights.Hide(ann, true, Ct);
        await rights.Hide(ann, true, Ct);
        Assert.True(await rights.Hides(ann, Ct));
        Assert.Equal(("", ""), await Ann());
        await rights.Hide(ann, false, Ct);
        Assert.Equal(("bob cat", "bob cat"), await Ann());
    }
}
