using Chat.Application.Conversations;
using Chat.Application.Keys;
using Chat.Application.Timeline;
using Chat.Application.Users;
using Chat.Domain;
using Chat.Domain.Conversations;
using Chat.Domain.Users;
using Chat.Projections;

namespace Chat.Tests.Integration.Projections;

/// <summary>What is left of an erased user in the read models: the same whether it was taken out live or never could be read.</summary>
public sealed class ErasureTests : IAsyncLifetime
{
    static readonly string[] All = ["timeline", "inbox", "directory", "receipts", "search"];

    ReadSide chat = null!;
    UserId ann, bob;
    ConversationId room;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        chat = await ReadSide.Start();
        (ann, bob) = (await chat.Register("canaryann"), await chat.Register("bob"));
        room = await chat.Start(ann, members: [bob]);
    }

    public ValueTask DisposeAsync() => chat?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task the_words_go_and_everything_else_stays_where_it_was()
    {
        await chat.Do(new RenameConversation { Conversation = room, By = ann, Name = "canary room" });
        var said = await chat.Send(room, ann, "canary text", bob);
        await chat.Do(new EditMessage { Conversation = room, By = ann, Message = said.Message!.Value, Body = new("canary edit"), Mentions = [bob] });
        await chat.Do(new AddReaction { Conversation = room, By = bob, Message = said.Message.Value, Reaction = "👍" });
        await chat.Settled();
        var before = await chat.Timeline.Page(bob, room, new HistoryRange.Newest(), 100, Ct);

        await Erase();

        var after = (await chat.Timeline.Page(bob, room, new HistoryRange.Newest(), 100, Ct))!;
        Assert.Equal(before!.Entries.Select(static entry => (entry.Sequence, entry.Kind, entry.By, entry.Version)), after.Entries.Select(static entry => (entry.Sequence, entry.Kind, entry.By, entry.Version)));
        var message = after.Entries.Single(static entry => entry.Message is not null).Message!;
        Assert.Equal(("[erased]", "👍"), (message.Text, Assert.Single(message.Reactions).Value));
        Assert.All(after.Entries.Where(static entry => entry.Kind is EntryKind.Started or EntryKind.Renamed), static entry => Assert.Equal("[erased]", entry.Notice!.Name));

        var item = (await chat.Inbox.Item(bob, room, Ct))!;
        Assert.Equal(("[erased]", "[erased]", 1L, 1L), (item.Name, item.Last!.Text, item.Unread, item.Mentions));
        Assert.Null(await chat.Directory.User(ann, Ct));
        Assert.Empty(await chat.Directory.FindUsers("canary", null, 10, Ct));
        Assert.Equal(("[erased]", 2), ((await chat.Directory.Conversation(bob, room, Ct))!.Name, (await chat.Directory.Conversation(bob, room, Ct))!.Members));
        await chat.VerifyClean();
    }

    [Fact]
    public async Task what_was_kept_for_a_way_back_goes_too()
    {
        await chat.Send(room, ann, "canary");
        await chat.Settled();
        await chat.Rebuild("timeline");
        Assert.Equal(1, await Count("select count(*) from timeline_v1.entries where content::text like '%canary%'"));
        await Erase();
        Assert.Equal(0, await Count("select count(*) from pg_namespace where nspname = 'timeline_v1'"));
        await chat.VerifyClean();
    }

    [Fact]
    public async Task the_inboxes_of_others_tell_of_it()
    {
        await chat.Send(room, ann, "canary");
        await chat.Settled();
        var seen = (await chat.Inbox.Page(bob, null, 10, Ct)).AsOf;
        await Erase();
        Assert.Equal("[erased]", Assert.Single((await chat.Inbox.Changes(bob, seen, 10, Ct)).Items).Last!.Text);
    }

    [Fact]
    public async Task what_others_have_said_and_named_since_stays()
    {
        await chat.Send(room, ann, "canary");
        await chat.Do(new ChangeRole { Conversation = room, By = ann, Member = bob, Role = Role.Owner });
        await chat.Do(new RenameConversation { Conversation = room, By = bob, Name = "Bob's" });
        await chat.Send(room, bob, "from bob");
        await Erase();
        var item = (await chat.Inbox.Item(bob, room, Ct))!;
        Assert.Equal(("Bob's", "from bob"), (item.Name, item.Last!.Text));
        await chat.VerifyClean();
    }

    [Theory]
    [InlineData(false)] // the key is gone: the rebuild reads [erased]
    [InlineData(true)] // an old key table was restored: it could read everything until it comes to the erasure
    public async Task a_rebuild_in_partitions_ends_as_the_live_rows_stand(bool restored)
    {
        var rooms = new List<ConversationId> { room };
        for (var i = 0; i < 12; i++) rooms.Add(await chat.Start(ann, members: [bob]));
        foreach (var (n, each) in rooms.Index())
        {
            for (var i = 0; i < 3; i++) await chat.Send(each, ann, $"canary {i}");
            await chat.Send(each, ann, "", [new Attachment(new(Guid.CreateVersion7()), "canary.txt", "text/plain", 6, null)]);
            if (n % 2 == 0) await chat.Send(each, bob, "from bob");
        }
        await chat.Do(new LeaveConversation { Conversation = rooms[3], By = bob });
        await chat.Settled();
        await chat.Database.Execute("create table public.kept as select user_id, wrapped from chat.personal_keys");

        await Erase();
        await chat.Do(new StartConversation { Conversation = new(Guid.CreateVersion7()), By = bob, Kind = ConversationKind.Group, Name = "After", Members = [] });
        foreach (var each in rooms.Skip(4).Take(6)) await chat.Send(each, bob, "after it");
        await chat.Settled();
        await chat.VerifyClean();

        await chat.Stop();
        if (restored) await chat.Database.Execute("update chat.personal_keys k set wrapped = b.wrapped, erased_at = null from public.kept b where k.user_id = b.user_id");
        await chat.Database.Execute("drop table public.kept");
        chat = await ReadSide.Start(chat.Database, runners: false);
        await chat.Get<ProjectionRebuild>().Build([.. All.Select(chat.Projection)], new(Partitions: 3, Rate: 400), static (_, _) => { }, Ct); // 20 events a page
        foreach (var name in All) Assert.Empty((await chat.Switch(name)).Differences);
        Assert.Null((await chat.Get<IPersonalKeys>().Find([ann], Ct))[ann].Value);
        Assert.Equal(0, await Count("select count(*) from timeline_v2.attachments where not deleted"));
        foreach (var table in (string[])["timeline_v2.entries", "inbox_v2.conversations", "directory_v2.users", "directory_v2.conversations", "search_v2.messages", "search_v2.words", "timeline_v1.entries"])
            Assert.Equal(0, await Count($"select count(*) from {table} t where t::text ilike '%canary%'"));
    }

    [Fact]
    public async Task an_erased_user_is_added_to_nothing_and_answered_by_nobody()
    {
        await chat.Settled();
        var direct = await chat.Start(bob, ConversationKind.Direct, members: [ann]);
        await Erase();
        var send = new SendMessage { Conversation = direct, By = bob, Message = new(Guid.CreateVersion7()), ClientMessage = new(Guid.NewGuid()), Body = new("hello?") };
        Assert.Equal(Refusal.UserErased, await chat.Get<UserStreams>().Between(bob, ann, Ct));
        Assert.Equal(Refusal.UserErased, Refused(await chat.Get<ConversationStreams>().Transact(send with { Barred = Refusal.UserErased }, Ct)));
        Assert.False(await chat.Get<UserStreams>().Exists(ann, Ct));
        Assert.Equal(Refusal.NoSuchUser, Refused(await chat.Get<UserStreams>().Transact(new ChangeProfile { By = ann, DisplayName = "Ann again" }, Ct)));
    }

    static Refusal Refused(Outcome outcome) => Assert.IsType<Outcome.Refused>(outcome).Why;

    // The event alone: whoever reads it does the rest.
    async Task Erase()
    {
        await chat.Do(new EraseUser { By = ann });
        await chat.Settled();
        Assert.Equal(0, await Count("select count(*) from chat.personal_keys where user_id = '" + ann.Value + "' and wrapped is not null"));
    }

    async Task<long> Count(string sql)
    {
        await using var command = chat.Database.Source.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync(Ct))!;
    }
}
