using System.Text.Json;

namespace Chat.Tests.Integration.Api;

public sealed class ReceiptTests(ChatServer server) : IClassFixture<ChatServer>
{
    sealed record Room(Guid Id, Person Ann, Person Bob, long Head, Guid Message)
    {
        public Task<Answer> Receipts(Person reader, string position) => reader.Get($"/v1/conversations/{Id}/receipts?atLeast={position}");

        public Task<Answer> OfMessage(Person reader, string position) => reader.Get($"/v1/conversations/{Id}/messages/{Message}/receipts?atLeast={position}");
    }

    /// <summary>A direct talk in which Ann has said something.</summary>
    async Task<Room> Start()
    {
        var (ann, bob) = (await server.Person(), await server.Person());
        var id = await ann.StartGroup(bob);
        var sent = (await ann.Say(id, "hello")).Is(201);
        return new(id, ann, bob, sent["sequence"].GetInt64(), sent["id"].GetGuid());
    }

    static JsonElement Of(Answer page, Person member) => page["members"].EnumerateArray().Single(entry => entry.GetProperty("userId").GetGuid() == member.Id);

    static async Task<JsonElement> Item(Person person, Guid conversation, string position) =>
        (await person.Get($"/v1/inbox?atLeast={position}")).Is(200)["items"].EnumerateArray().Single(item => item.GetProperty("conversationId").GetGuid() == conversation);

    [Fact]
    public async Task what_is_received_and_read_is_seen_by_the_sender()
    {
        var room = await Start();
        var delivered = (await room.Bob.Put($"/v1/conversations/{room.Id}/delivered", new { upTo = room.Head })).Is(200);
        var seen = Of((await room.OfMessage(room.Ann, delivered.Text("position")!)).Is(200), room.Bob);
        Assert.True(seen.GetProperty("delivered").GetBoolean());
        Assert.False(seen.GetProperty("read").GetBoolean());

        var read = (await room.Bob.Put($"/v1/conversations/{room.Id}/read", new { upTo = room.Head })).Is(200);
        Assert.False(read["repeated"].GetBoolean());
        Assert.True(Of((await room.OfMessage(room.Ann, read.Text("position")!)).Is(200), room.Bob).GetProperty("read").GetBoolean());
        Assert.Equal(room.Head, Of((await room.Receipts(room.Ann, read.Text("position")!)).Is(200), room.Bob).GetProperty("read").GetInt64());
        Assert.Equal(0, (await Item(room.Bob, room.Id, read.Text("position")!)).GetProperty("unread").GetInt64());
        Assert.True((await room.Bob.Put($"/v1/conversations/{room.Id}/read", new { upTo = 0 })).Is(200)["repeated"].GetBoolean());
    }

    [Fact]
    public async Task what_is_pending_is_counted_for_the_user_and_for_each_device()
    {
        var room = await Start();
        var laptop = await Person.LogIn(server, room.Bob.Username);
        (await room.Bob.Say(room.Id, "my own")).Is(201);
        var last = (await room.Ann.Say(room.Id, "again")).Is(201);
        Assert.Equal((2, 2, 2), await Pending(room.Bob, laptop, last.Text("position")!));

        var one = (await laptop.Put($"/v1/conversations/{room.Id}/delivered", new { upTo = room.Head })).Is(200);
        Assert.Equal((1, 2, 1), await Pending(room.Bob, laptop, one.Text("position")!));

        var deleted = (await room.Ann.Delete($"/v1/conversations/{room.Id}/messages/{room.Message}")).Is(200);
        Assert.Equal((1, 1, 1), await Pending(room.Bob, laptop, deleted.Text("position")!));

        var all = (await room.Bob.Put($"/v1/conversations/{room.Id}/read", new { upTo = last["sequence"].GetInt64() })).Is(200);
        Assert.Equal((0, 0, 1), await Pending(room.Bob, laptop, all.Text("position")!));
    }

    static async Task<(long User, long Phone, long Laptop)> Pending(Person phone, Person laptop, string position)
    {
        var answer = (await phone.Get($"/v1/devices?atLeast={position}")).Is(200);
        long Of(Person device) => answer["devices"].EnumerateArray().Single(one => one.GetProperty("id").GetString() == device.Session.Text("deviceId")).GetProperty("pending").GetInt64();
        return (answer["pending"].GetInt64(), Of(phone), Of(laptop));
    }

    [Fact]
    public async Task fifty_acknowledgements_and_a_reading_at_once_are_one_event()
    {
        var room = await Start();
        var before = await server.Head();
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => room.Bob.Put($"/v1/conversations/{room.Id}/delivered", new { upTo = i % (room.Head + 1) }))
            .Append(room.Bob.Put($"/v1/conversations/{room.Id}/read", new { upTo = room.Head })));
        var written = (await server.Head()).Commit - before.Commit;
        Assert.InRange(written, 1UL, 2UL); // two where the machine was so slow that they fell into two windows
    }

    [Fact]
    public async Task a_mark_as_unread_is_the_users_own()
    {
        var room = await Start();
        var read = (await room.Bob.Put($"/v1/conversations/{room.Id}/read", new { upTo = room.Head })).Is(200);
        var marked = (await room.Bob.Put($"/v1/conversations/{room.Id}/unread", new { from = room.Head })).Is(200);
        var item = await Item(room.Bob, room.Id, marked.Text("position")!);
        Assert.Equal((1, true), (item.GetProperty("unread").GetInt64(), item.GetProperty("markedUnread").GetBoolean()));
        Assert.Equal(room.Head, Of((await room.Receipts(room.Ann, marked.Text("position")!)).Is(200), room.Bob).GetProperty("read").GetInt64());
        Assert.NotEqual(read.Text("position"), marked.Text("position"));
    }

    [Fact]
    public async Task hidden_reading_is_hidden_both_ways()
    {
        var room = await Start();
        (await room.Bob.Put("/v1/users/me/read-receipts", new { hidden = true })).Is(200);
        Assert.True((await room.Bob.Get("/v1/users/me/read-receipts")).Is(200)["hidden"].GetBoolean());
        var read = (await room.Bob.Put($"/v1/conversations/{room.Id}/read", new { upTo = room.Head })).Is(200);
        var seen = Of((await room.OfMessage(room.Ann, read.Text("position")!)).Is(200), room.Bob);
        Assert.Equal((true, false), (seen.GetProperty("delivered").GetBoolean(), seen.GetProperty("read").GetBoolean()));
    }

    [Fact]
    public async Task devices_tell_how_far_they_are()
    {
        var room = await Start();
        var phone = await Person.LogIn(server, room.Bob.Username);
        var delivered = (await phone.Put($"/v1/conversations/{room.Id}/delivered", new { upTo = room.Head })).Is(200);
        var devices = (await room.Bob.Get($"/v1/devices?atLeast={delivered.Text("position")}")).Is(200)["devices"].EnumerateArray().ToList();
        Assert.Equal(2, devices.Count);
        var other = devices.Single(static device => !device.GetProperty("current").GetBoolean());
        Assert.Equal(JsonValueKind.String, other.GetProperty("lastDeliveredAt").ValueKind);

        var own = (await room.Bob.Get($"/v1/devices/{other.GetProperty("id").GetGuid()}/receipts")).Is(200)["conversations"].EnumerateArray().Single();
        Assert.Equal((room.Id, room.Head, -1), (own.GetProperty("conversationId").GetGuid(), own.GetProperty("delivered").GetInt64(), own.GetProperty("read").GetInt64()));
        (await room.Ann.Get($"/v1/devices/{other.GetProperty("id").GetGuid()}/receipts")).IsProblem(404, "device_not_found");
    }

    [Theory]
    [InlineData("delivered", """{"upTo":99}""", 422, "sequence_out_of_range")]
    [InlineData("delivered", """{"upTo":-1}""", 422, "sequence_out_of_range")]
    [InlineData("read", """{"upTo":9223372036854775807}""", 422, "sequence_out_of_range")]
    [InlineData("unread", """{"from":99}""", 422, "sequence_out_of_range")]
    [InlineData("read", """{"upTo":9223372036854775808}""", 400, "invalid_json")]
    [InlineData("read", """{"upTo":"1"}""", 400, "invalid_json")]
    [InlineData("read", """{"upTo":1.5}""", 400, "invalid_json")]
    [InlineData("read", """{"upTo":null}""", 400, "invalid_json")]
    [InlineData("read", """{}""", 400, "missing_field")]
    [InlineData("delivered", """{"upTo":1,"device":"x"}""", 400, "unknown_field")]
    [InlineData("unread", "", 400, "invalid_json")]
    public async Task a_receipt_is_refused_for(string route, string body, int status, string code)
    {
        var room = await Start();
        var before = await server.Head();
        (await room.Bob.Put($"/v1/conversations/{room.Id}/{route}", new StringContent(body, System.Text.Encoding.UTF8, "application/json"))).IsProblem(status, code);
        Assert.Equal(before, await server.Head());
    }

    [Fact]
    public async Task strangers_and_the_removed_have_no_part_in_it()
    {
        var room = await Start();
        var removed = (await room.Ann.Delete($"/v1/conversations/{room.Id}/members/{room.Bob.Id}")).Is(200);
        foreach (var outsider in new[] { await server.Person(), room.Bob })
        {
            (await outsider.Put($"/v1/conversations/{room.Id}/read", new { upTo = room.Head })).IsProblem(404, "conversation_not_found");
            (await outsider.Put($"/v1/conversations/{room.Id}/delivered", new { upTo = room.Head })).IsProblem(404, "conversation_not_found");
            (await outsider.Put($"/v1/conversations/{room.Id}/unread", new { })).IsProblem(404, "conversation_not_found");
            (await room.Receipts(outsider, removed.Text("position")!)).IsProblem(404, "conversation_not_found");
            (await room.OfMessage(outsider, removed.Text("position")!)).IsProblem(404, "message_not_found");
        }
        (await room.Ann.Get($"/v1/conversations/{room.Id}/receipts?limit=0")).IsProblem(400, "limit_out_of_range");
        (await room.Ann.Get($"/v1/conversations/{room.Id}/receipts?cursor=x")).IsProblem(400, "invalid_parameter");
    }
}
