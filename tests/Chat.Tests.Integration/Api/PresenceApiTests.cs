namespace Chat.Tests.Integration.Api;

public sealed class PresenceApiTests(ChatServer server) : IClassFixture<ChatServer>
{
    [Fact]
    public async Task presence_is_asked_for_users_by_id_and_of_strangers_unknown()
    {
        var (ada, bob) = (server.Ada, await server.Person());
        var answer = (await ada.Get($"/v1/presence?userIds={bob.Id}&userIds={bob.Id}")).Is(200);
        Assert.Equal("unknown", Assert.Single(answer["users"].EnumerateArray()).GetProperty("state").GetString());
        (await ada.Get("/v1/presence?userIds=nobody")).IsProblem(400, "invalid_parameter");
        (await ada.Get($"/v1/presence?{string.Join('&', Enumerable.Range(0, 101).Select(static _ => $"userIds={Guid.NewGuid()}"))}")).IsProblem(400, "invalid_parameter");
    }

    [Fact]
    public async Task hiding_is_kept_and_told()
    {
        var ada = server.Ada;
        Assert.False((await ada.Get("/v1/users/me/presence")).Is(200)["hidden"].GetBoolean());
        (await ada.Put("/v1/users/me/presence", new { hidden = true })).Is(200);
        Assert.True((await ada.Get("/v1/users/me/presence")).Is(200)["hidden"].GetBoolean());
        (await ada.Put("/v1/users/me/presence", new { hidden = false })).Is(200);
        (await ada.Put("/v1/users/me/presence", new { hidden = "yes" })).IsProblem(400, "invalid_json");
        (await ada.Put("/v1/users/me/presence", new { })).IsProblem(400, "missing_field");
    }

    [Fact]
    public async Task typing_is_taken_from_members_only()
    {
        var (ada, bob) = (server.Ada, await server.Person());
        var conversation = await ada.StartGroup();
        (await ada.Post($"/v1/conversations/{conversation}/typing", new { })).Is(204);
        (await ada.Post($"/v1/conversations/{conversation}/typing", new { active = false })).Is(204);
        (await bob.Post($"/v1/conversations/{conversation}/typing", new { })).IsProblem(404, "conversation_not_found");
        (await ada.Post($"/v1/conversations/{conversation}/typing", new { text = "what I write" })).IsProblem(400, "unknown_field");
    }

    [Fact]
    public async Task a_device_resumes_over_REST_as_over_the_hub()
    {
        var ada = server.Ada;
        var conversation = await ada.StartGroup();
        var sent = (await ada.Say(conversation, "hello")).Is(201);
        (await ada.Get($"/v1/inbox?atLeast={sent.Text("position")}")).Is(200);
        (await ada.Get($"/v1/conversations/{conversation}/messages?atLeast={sent.Text("position")}")).Is(200);
        var last = sent["sequence"].GetInt64() - 1;

        var resumed = (await ada.Post("/v1/resume", new { conversations = new Dictionary<string, long> { [conversation.ToString()] = last }, position = "0" })).Is(200);
        var mine = resumed["conversations"].GetProperty(conversation.ToString());
        Assert.True(mine.GetProperty("recovered").GetBoolean());
        Assert.Equal("hello", Assert.Single(mine.GetProperty("entries").EnumerateArray()).GetProperty("data").GetProperty("text").GetString());
        Assert.True(resumed["inbox"].GetProperty("recovered").GetBoolean());
        (await ada.Post("/v1/resume", new { conversations = new Dictionary<string, long> { ["x"] = 0 } })).IsProblem(400, "invalid_argument");
        (await ada.Post("/v1/resume", new { })).IsProblem(400, "missing_field");
    }
}
