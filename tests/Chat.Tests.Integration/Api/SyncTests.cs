using System.Text.Json;
using System.Threading.Channels;

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
        const int OneByOne = 60, All = 160;
        var (ann, bob) = (await server.Person(), await server.Person());
        var room = await ann.StartGroup(bob);
        var start = (await bob.Get(Query(null, wait: 25))).Is(200).Text("until")!;

        var followers = Enumerable.Range(0, 4).Select(_ => new Follower(bob, room)).ToList();
        var following = followers.ConvertAll(follower => follower.Follow(start, All));
        // each is sent at the moment when those before have just been told: a follower that misses it would wait for a next one in vain
        for (var i = 1; i <= OneByOne; i++)
        {
            (await ann.Say(room, $"message {i}")).Is(201);
            foreach (var follower in followers) await follower.HasTold(i);
        }
        for (var i = OneByOne; i < All; i++) (await ann.Say(room, $"message {i}")).Is(201);
        await Task.WhenAll(following);
    }

    /// <summary>A device that follows one conversation. Unread messages are as many as have been sent, so they tell which changes it has heard of.</summary>
    sealed class Follower(Person person, Guid room)
    {
        static readonly TimeSpan Patience = TimeSpan.FromSeconds(20); // less than the server waits by itself

        readonly HashSet<string> positions = [];
        readonly Channel<long> told = Channel.CreateUnbounded<long>();
        long unread;

        public async Task HasTold(long count)
        {
            while (await told.Reader.ReadAsync(ChatServer.Ct).AsTask().WaitAsync(Patience, ChatServer.Ct) < count)
            {
            }
        }

        public async Task Follow(string after, long until)
        {
            while (unread < until)
            {
                var page = (await person.Get(Query(after, wait: 25)).WaitAsync(Patience, ChatServer.Ct)).Is(200);
                foreach (var item in page["items"].EnumerateArray().Where(item => item.GetProperty("conversationId").GetGuid() == room))
                {
                    Assert.True(positions.Add(item.GetProperty("position").GetString()!), "A change was told twice.");
                    var now = item.GetProperty("unread").GetInt64();
                    Assert.True(now > unread, $"{now} was told after {unread}.");
                    unread = now;
                    told.Writer.TryWrite(now);
                }
                after = page.Text("until")!;
            }
        }
    }
}
