namespace Chat.Tests.Integration.Api;

public sealed class ConversationTests(ChatServer server) : IClassFixture<ChatServer>
{
    readonly Person ada = server.Ada;

    [Fact]
    public async Task a_message_sent_again_is_the_first_one()
    {
        var conversation = await ada.StartGroup();
        var id = Guid.NewGuid();
        var first = (await ada.Say(conversation, "hello", id)).Is(201);
        var again = (await ada.Say(conversation, "hello", id)).Is(200);
        Assert.Equal($"/v1/conversations/{conversation}/messages/{first.Text("id")}", first.Headers["Location"]);
        Assert.False(first["repeated"].GetBoolean());
        Assert.True(again["repeated"].GetBoolean());
        Assert.Equal((first.Text("id"), first["sequence"].GetInt64(), first.Text("at")), (again.Text("id"), again["sequence"].GetInt64(), again.Text("at")));
    }

    [Fact]
    public async Task a_message_sent_many_times_at_once_is_one()
    {
        var conversation = await ada.StartGroup();
        var id = Guid.NewGuid();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ada.Say(conversation, "hello", id)));
        Assert.Single(answers, static answer => answer.Status == System.Net.HttpStatusCode.Created);
        Assert.Single(answers.Select(static answer => answer["sequence"].GetInt64()).Distinct());
    }

    [Fact]
    public async Task a_conversation_started_again_is_the_first_one()
    {
        var start = new { kind = "group", name = "Room", clientConversationId = Guid.NewGuid(), members = Array.Empty<Guid>() };
        var first = (await ada.Post("/v1/conversations", start)).Is(201);
        Assert.Equal(first.Text("id"), (await ada.Post("/v1/conversations", start)).Is(200).Text("id"));
    }

    [Fact]
    public async Task both_of_a_pair_open_the_same_direct_conversation()
    {
        var bob = await server.Person();
        var opened = (await ada.Post("/v1/conversations", new { kind = "direct", members = new[] { bob.Id } })).Is(201);
        Assert.Equal(opened.Text("id"), (await bob.Post("/v1/conversations", new { kind = "direct", members = new[] { ada.Id } })).Is(200).Text("id"));
    }

    [Fact]
    public async Task history_is_paged_in_both_directions_without_a_gap()
    {
        var conversation = await ada.StartGroup();
        for (var i = 0; i < 7; i++) await ada.Say(conversation, $"message {i}");
        var last = (await ada.Say(conversation, "message 7")).Is(201);

        var newest = await Page(conversation, $"limit=3&atLeast={last.Text("position")}");
        Assert.Equal(last["sequence"].GetInt64(), newest["head"].GetInt64());
        var all = Sequences(newest).ToList();
        for (var page = newest; page["hasMore"].GetBoolean();)
        {
            page = await Page(conversation, $"limit=3&before={all[0]}");
            all.InsertRange(0, Sequences(page));
        }
        Assert.Equal(all.Order().Distinct(), all);

        var forwards = new List<long>();
        for (var (after, more) = (-1L, true); more;)
        {
            var page = await Page(conversation, $"limit=3&after={after}");
            forwards.AddRange(Sequences(page));
            (after, more) = (forwards[^1], page["hasMore"].GetBoolean());
        }
        Assert.Equal(all, forwards);
        Assert.Contains(all[4], Sequences(await Page(conversation, $"around={all[4]}&limit=3")));
    }

    [Fact]
    public async Task what_was_written_is_read_at_its_position()
    {
        var conversation = await ada.StartGroup();
        for (var i = 0; i < 10; i++)
        {
            var sent = (await ada.Say(conversation, $"message {i}")).Is(201);
            var page = await Page(conversation, $"limit=1&atLeast={sent.Text("position")}");
            Assert.Equal(sent["sequence"].GetInt64(), Sequences(page).Single());
            Assert.Equal($"message {i}", page["entries"][0].GetProperty("message").GetProperty("text").GetString());
        }
    }

    [Fact]
    public async Task a_position_that_the_log_has_not_reached_is_not_there_yet()
    {
        var conversation = await ada.StartGroup();
        var answer = (await ada.Get($"/v1/conversations/{conversation}/messages?atLeast={long.MaxValue}")).IsProblem(503, "read_model_behind");
        Assert.NotEmpty(answer.Headers["Retry-After"]);
    }

    [Fact]
    public async Task an_edit_of_the_version_that_was_seen_is_taken_and_gives_the_next()
    {
        var conversation = await ada.StartGroup();
        var sent = (await ada.Say(conversation, "helo")).Is(201);
        var message = $"/v1/conversations/{conversation}/messages/{sent.Text("id")}";
        var seen = (await ada.Get($"{message}?atLeast={sent.Text("position")}")).Is(200).Headers["ETag"];
        var edited = (await ada.Patch(message, new { text = "hello" }, seen)).Is(200);
        Assert.NotEqual(seen, edited.Headers["ETag"]);
        (await ada.Patch(message, new { text = "hallo" }, seen)).IsProblem(412, "stale_version");
        var now = (await ada.Get($"{message}?atLeast={edited.Text("position")}")).Is(200);
        Assert.Equal(edited.Headers["ETag"], now.Headers["ETag"]);
        Assert.Equal("hello", now["message"].GetProperty("text").GetString());
    }

    [Fact]
    public async Task a_deleted_message_leaves_no_text()
    {
        var conversation = await ada.StartGroup();
        var sent = (await ada.Say(conversation, "oops")).Is(201);
        var message = $"/v1/conversations/{conversation}/messages/{sent.Text("id")}";
        var deleted = (await ada.Delete(message)).Is(200);
        var now = (await ada.Get($"{message}?atLeast={deleted.Text("position")}")).Is(200)["message"];
        Assert.False(now.TryGetProperty("text", out _));
        Assert.Equal(ada.Id, now.GetProperty("deletedBy").GetGuid());
        (await ada.Patch(message, new { text = "again" })).IsProblem(409, "message_deleted");
    }

    [Fact]
    public async Task the_inbox_counts_what_is_unread_and_tells_what_changed()
    {
        var (bob, eve) = (await server.Person(), await server.Person());
        var (one, two) = (await bob.StartGroup(eve), await bob.StartGroup(eve));
        var first = (await bob.Say(one, "first")).Is(201);
        var inbox = (await eve.Get($"/v1/inbox?atLeast={first.Text("position")}")).Is(200);
        Assert.Equal([one, two], Conversations(inbox));
        Assert.Equal(1, inbox["unread"].GetInt64());

        var mention = (await bob.Post($"/v1/conversations/{two}/messages", new { clientMessageId = Guid.NewGuid(), text = "you", mentions = new[] { eve.Id } })).Is(201);
        var changes = (await eve.Get($"/v1/inbox/changes?after={inbox.Text("asOf")}&atLeast={mention.Text("position")}")).Is(200);
        Assert.Equal([two], Conversations(changes));
        Assert.Equal(1, changes["items"][0].GetProperty("mentions").GetInt64());
        Assert.Equal("you", changes["items"][0].GetProperty("lastMessage").GetProperty("text").GetString());
        Assert.Empty(Conversations((await eve.Get($"/v1/inbox/changes?after={changes.Text("until")}")).Is(200)));

        var page = (await eve.Get("/v1/inbox?limit=1")).Is(200);
        Assert.Equal([two], Conversations(page));
        Assert.Equal([one], Conversations((await eve.Get($"/v1/inbox?limit=1&cursor={page.Text("cursor")}")).Is(200)));
    }

    async Task<Answer> Page(Guid conversation, string query) => (await ada.Get($"/v1/conversations/{conversation}/messages?{query}")).Is(200);

    static IEnumerable<long> Sequences(Answer page) => page["entries"].EnumerateArray().Select(static entry => entry.GetProperty("sequence").GetInt64());

    static IEnumerable<Guid> Conversations(Answer inbox) => inbox["items"].EnumerateArray().Select(static item => item.GetProperty("conversationId").GetGuid());
}
