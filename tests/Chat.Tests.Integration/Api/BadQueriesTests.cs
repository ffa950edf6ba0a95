namespace Chat.Tests.Integration.Api;

/// <summary>Paths and parameters that mean nothing.</summary>
public sealed class BadQueriesTests(ChatServer server) : IClassFixture<ChatServer>
{
    [Theory]
    [InlineData("limit=0", "limit_out_of_range")]
    [InlineData("limit=101", "limit_out_of_range")]
    [InlineData("limit=-1", "limit_out_of_range")]
    [InlineData("limit=abc", "invalid_parameter")]
    [InlineData("limit=99999999999999999999", "invalid_parameter")]
    [InlineData("before=x", "invalid_parameter")]
    [InlineData("before=1&after=1", "ranges_exclusive")]
    [InlineData("after=1&around=1", "ranges_exclusive")]
    [InlineData("after=9007199254740991", "sequence_beyond_head")]
    [InlineData("before=9223372036854775807", "sequence_beyond_head")]
    [InlineData("around=9223372036854775807", "sequence_beyond_head")]
    [InlineData("atLeast=garbage", "invalid_parameter")]
    [InlineData("atLeast=-1", "invalid_parameter")]
    [InlineData("atLeast=", "invalid_parameter")]
    [InlineData("atLeast=99999999999999999999", "invalid_parameter")]
    public async Task a_page_of_history_is_refused_for(string query, string code)
    {
        var ada = server.Ada;
        var conversation = await ada.StartGroup();
        await Settled(ada, conversation);
        (await ada.Get($"/v1/conversations/{conversation}/messages?{query}")).IsProblem(400, code);
    }

    [Theory]
    [InlineData("/v1/inbox?limit=0", 400, "limit_out_of_range")]
    [InlineData("/v1/inbox?limit=101", 400, "limit_out_of_range")]
    [InlineData("/v1/inbox?cursor=%00", 400, "invalid_parameter")]
    [InlineData("/v1/inbox?cursor=1.2", 400, "invalid_parameter")]
    [InlineData("/v1/inbox/changes", 400, "invalid_parameter")]
    [InlineData("/v1/inbox/changes?after=x", 400, "invalid_parameter")]
    [InlineData("/v1/users", 400, "invalid_parameter")]
    [InlineData("/v1/users?query=", 400, "invalid_parameter")]
    [InlineData("/v1/users?query=a%00b", 400, "invalid_parameter")]
    [InlineData("/v1/users?query=a&cursor=%00", 400, "invalid_parameter")]
    [InlineData("/v1/users?query=a&limit=1e3", 400, "invalid_parameter")]
    [InlineData("/v1/users?query=%ed%a0%bd", 200, null)]
    [InlineData("/v1/users?query=%25_", 200, null)]
    [InlineData("/v1/users/no-uuid", 404, "not_found")]
    [InlineData("/v1/users/00000000-0000-0000-0000-000000000000", 404, "user_not_found")]
    [InlineData("/v1/conversations/no-uuid/messages", 404, "not_found")]
    [InlineData("/v1/conversations/00000000-0000-0000-0000-000000000000/messages", 404, "conversation_not_found")]
    [InlineData("/v1/conversations/00000000-0000-0000-0000-000000000000/members?cursor=x", 400, "invalid_parameter")]
    [InlineData("/v1/nothing/here", 404, "not_found")]
    public async Task a_read_is_answered_for(string path, int status, string? code)
    {
        var answer = await server.Ada.Get(path);
        if (code is null) answer.Is(status);
        else answer.IsProblem(status, code);
    }

    // said by the web server before anything of ours runs, hence without a body
    [Fact]
    public async Task a_path_with_NUL_in_it_is_refused() => (await server.Anybody().Send(HttpMethod.Get, "/v1/users/a%00b")).Is(400);

    static async Task Settled(Person person, Guid conversation)
    {
        var last = (await person.Say(conversation, "hi")).Is(201).Text("position");
        (await person.Get($"/v1/conversations/{conversation}/messages?atLeast={last}")).Is(200);
    }
}
