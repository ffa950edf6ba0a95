using System.Text.Json;

namespace Chat.Tests.Integration.Api;

public sealed class SyncTests(ChatServer server) : IClassFixture<ChatServer>
{
    static string Query(string? after, int wait = 0, int limit = 50, string? epoch = null) =>
        $"/v1/sync?limit={limit}&wait={wait}{(after is null ? "" : $"&after={after}")}{(epoch is null ? "" : $"&epoch={epoch}")}";

    [Fact]
    public async Task changes_come_in_pages_and_then_there_are_no_more()
    {
        var (ann, bob) = (await server.Person(), await server.Person());
        var rooms = new List<Guid>();
        for (var i = 0; i < 5; i++) rooms.Add(await ann.StartGroup(bob));
        var sent = (await ann.Say(rooms[0], "hello")).Is(201);

        var (seen, after, more) = (new List<Guid>(), (string?)null, true);
        while (more)
        {
            var page = (await bob.Get($"{Query(after, limit: 2)}&atLeast={sent.Text("position")}")).Is(200);
            seen.AddRange(page["items"].EnumerateArray().Select(static item => item.GetProperty("conversationId").GetGuid()));
            (after, more) = (page.Text("until"), page["hasMore"].GetBoolean());
        }
        Assert.Equal([.. rooms.Skip(1), rooms[0]], seen);
        Assert.Empty((await bob.Get(Query(after))).Is(200)["items"].EnumerateArray());
    }

    [Fact]
    public async Task another_history_of_the_log_is_noticed()
    {
        var bob = await server.Person();
        var first = (await bob.Get(Query(null))).Is(200);
        Assert.True((await bob.Get(Query(first.Text("until"), epoch: first.Text("epoch")))).Is(200)["recovered"].GetBoolean());
        Assert.False((await bob.Get(Query(first.Text("until"), epoch: Guid.NewGuid().ToString()))).Is(200)["recovered"].GetBoolean());
        Assert.False((await bob.Get(Query("9000000000000"))).Is(200)["recovered"].GetBoolean());
    }

    [Theory]
    [InlineData("after=x", "invalid_parameter")]
    [InlineData("wait=-1", "invalid_parameter")]
    [InlineData("wait=26", "invalid_parameter")]
    [InlineData("wait=x", "invalid_parameter")]
    [InlineData("limit=101", "limit_out_of_range")]
    public async Task it_is_refused_for(string query, string code) => (await server.Ada.Get($"/v1/sync?{query}")).IsProblem(400, code);

    [Fact]
    public async Task nothing_is_left_out_or_told_twice_where_the_pages_end_and_the_waiting_begins()
    {
        const int Messages = 150;
        var (ann, bob) = (await server.Person(), await server.Person());
        var room = await ann.StartGroup(bob);
        var start = (await bob.Get(Query(null, wait: 20))).Is(200).Text("until");

        using var done = CancellationTokenSource.CreateLinkedTokenSource(ChatServer.Ct);
        var readers = Enumerable.Range(0, 4).Select(reader => Follow(bob, room, start!, Messages, wait: reader % 2 == 0 ? 20 : 1)).ToList();
        var random = new Random(11);
        for (var i = 0; i < Messages; i++)
        {
            (await ann.Say(room, $"message {i}")).Is(201);
            if (random.Next(3) == 0) await Task.Yield();
        }
        foreach (var told in await Task.WhenAll(readers))
        {
            Assert.Equal(told.Order(), told); // each change at most once, and in order
            Assert.Equal(told.Distinct().Count(), told.Count);
            Assert.Equal(Messages, told[^1]);
        }
    }

    /// <summary>Follows until the last message is told; the unread counts on the way, which are as many as changes have been told.</summary>
    static async Task<List<long>> Follow(Person person, Guid room, string after, long until, int wait)
    {
        var told = new List<long>();
        var positions = new HashSet<string>();
        while (told.Count == 0 || told[^1] < until)
        {
            var page = (await person.Get(Query(after, wait))).Is(200);
            foreach (var item in page["items"].EnumerateArray().Where(item => item.GetProperty("conversationId").GetGuid() == room))
            {
                Assert.True(positions.Add(item.GetProperty("position").GetString()!), "A change was told twice.");
                told.Add(item.GetProperty("unread").GetInt64());
            }
            after = page.Text("until")!;
        }
        return told;
    }
}
