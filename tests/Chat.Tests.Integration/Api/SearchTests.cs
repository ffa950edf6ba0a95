namespace Chat.Tests.Integration.Api;

public sealed class SearchTests(ChatServer server) : IClassFixture<ChatServer>
{
    [Fact]
    public async Task a_member_finds_what_was_said_where_and_by_whom()
    {
        var (ada, eve) = (server.Ada, await server.Person());
        var (here, there) = (await ada.StartGroup(), await ada.StartGroup());
        (await ada.Say(here, "an elderberry there")).Is(201);
        var sent = (await ada.Say(there, "an elderberry 👋 here")).Is(201);
        var at = sent.Text("position");

        var everywhere = (await ada.Get($"/v1/search?query=elderberry&atLeast={at}")).Is(200);
        Assert.Equal(2, everywhere["total"].GetInt64());
        var page = (await ada.Get($"/v1/conversations/{there}/search?query=%22elderberry%20👋%22&atLeast={at}")).Is(200);
        var hit = Assert.Single(page["hits"].EnumerateArray());
        Assert.Equal((sent["id"].GetGuid(), sent["sequence"].GetInt64(), ada.Id, there), (hit.GetProperty("messageId").GetGuid(), hit.GetProperty("sequence").GetInt64(),
            hit.GetProperty("by").GetGuid(), hit.GetProperty("conversationId").GetGuid()));
        Assert.Equal("""[{"start":3,"length":13}]""", hit.GetProperty("highlights").GetRawText());
        Assert.False(page["degraded"].GetBoolean());

        Assert.Equal(0, (await eve.Get($"/v1/search?query=elderberry&atLeast={at}")).Is(200)["total"].GetInt64());
        (await eve.Get($"/v1/conversations/{there}/search?query=elderberry&atLeast={at}")).IsProblem(404, "conversation_not_found");
    }

    [Fact]
    public async Task a_cursor_leads_through_all_pages()
    {
        var ada = server.Ada;
        var room = await ada.StartGroup();
        var position = "";
        for (var i = 0; i < 5; i++) position = (await ada.Say(room, $"gooseberry {i}")).Is(201).Text("position");
        var (found, cursor) = (new List<string>(), "");
        do
        {
            var page = (await ada.Get($"/v1/conversations/{room}/search?query=gooseberry&sort=oldest&limit=2&atLeast={position}{cursor}")).Is(200);
            found.AddRange(page["hits"].EnumerateArray().Select(static hit => hit.GetProperty("text").GetString()!));
            Assert.Equal(page["hasMore"].GetBoolean(), page.Text("cursor") is not null);
            cursor = $"&cursor={page.Text("cursor")}";
        }
        while (cursor.Length > 8);
        Assert.Equal(Enumerable.Range(0, 5).Select(static i => $"gooseberry {i}"), found);
    }

    [Theory]
    [InlineData("", 400, "invalid_parameter")]
    [InlineData("query=", 422, "search_empty")]
    [InlineData("query=%20...%20", 422, "search_empty")]
    [InlineData("query=has:dragons", 422, "search_filter_invalid")]
    [InlineData("query=before:soon", 422, "search_filter_invalid")]
    [InlineData("query=a%00b", 422, "search_text_invalid")]
    [InlineData("query=x&limit=0", 400, "limit_out_of_range")]
    [InlineData("query=x&limit=101", 400, "limit_out_of_range")]
    [InlineData("query=x&limit=many", 400, "invalid_parameter")]
    [InlineData("query=x&sort=random", 400, "invalid_parameter")]
    [InlineData("query=x&sort=1", 400, "invalid_parameter")]
    [InlineData("query=x&cursor=nonsense", 400, "invalid_parameter")]
    [InlineData("query=x&cursor=%00", 400, "invalid_parameter")]
    [InlineData("query=x&atLeast=garbage", 400, "invalid_parameter")]
    [InlineData("query='&", 422, "search_empty")]
    [InlineData("query=from:%27%3b--", 200, null)]
    [InlineData("query=%ed%a0%bdx", 200, null)]
    [InlineData("query=%25_x'%22(:*%26%7C!)%3C-%3E", 200, null)]
    [InlineData("query=%7B%22match_all%22:%7B%7D%7D", 200, null)]
    public async Task a_search_is_answered_for(string query, int status, string? code)
    {
        var ada = server.Ada;
        var room = await ada.StartGroup();
        (await ada.Get($"/v1/conversations/{room}/messages?atLeast={(await ada.Say(room, "hi")).Text("position")}")).Is(200);
        foreach (var path in new[] { "/v1/search", $"/v1/conversations/{room}/search" })
        {
            var answer = await ada.Get($"{path}?{query}");
            if (code is null) answer.Is(status);
            else answer.IsProblem(status, code);
        }
    }

    [Fact]
    public async Task a_very_long_search_is_refused() =>
        (await server.Ada.Get($"/v1/search?query={new string('x', 3_000)}")).IsProblem(422, "search_too_long");

    [Fact]
    public async Task a_stranger_without_a_token_finds_nothing() => (await server.Anybody().Send(HttpMethod.Get, "/v1/search?query=x")).IsProblem(401, "unauthorized");

    [Fact]
    public async Task a_search_takes_as_much_of_the_budget_as_five_reads()
    {
        // the bucket is full again before each call, so what is left says what the call took
        var ada = await server.Person();
        Assert.Equal(4, Remaining(await ada.Get("/v1/users/me")) - Remaining(await ada.Get("/v1/search?query=x")));

        static int Remaining(Answer answer) => int.Parse(answer.Headers["X-RateLimit-Remaining"], System.Globalization.CultureInfo.InvariantCulture);
    }
}
