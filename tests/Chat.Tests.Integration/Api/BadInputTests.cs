using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Chat.Tests.Integration.Api;

/// <summary>Whatever a client sends, it is told what is wrong with it, and nothing of it gets into the log.</summary>
public sealed class BadInputTests(ChatServer server) : IClassFixture<ChatServer>
{
    const string Id = "0199c1f8-1111-7000-8000-000000000001";

    [Theory]
    [InlineData("an unknown field", """{"clientMessageId":"$id","text":"hi","colour":"red"}""", 400, "unknown_field")]
    [InlineData("a field in another case", """{"clientMessageId":"$id","Text":"hi"}""", 400, "unknown_field")]
    [InlineData("a field twice", """{"clientMessageId":"$id","text":"hi","text":"ho"}""", 400, "duplicate_field")]
    [InlineData("no text", """{"clientMessageId":"$id"}""", 400, "missing_field")]
    [InlineData("no id", """{"text":"hi"}""", 400, "missing_field")]
    [InlineData("nothing in it", "{}", 400, "missing_field")]
    [InlineData("null for a text", """{"clientMessageId":"$id","text":null}""", 400, "invalid_json")]
    [InlineData("a number for a text", """{"clientMessageId":"$id","text":7}""", 400, "invalid_json")]
    [InlineData("an object for a text", """{"clientMessageId":"$id","text":{}}""", 400, "invalid_json")]
    [InlineData("a malformed id", """{"clientMessageId":"no-uuid","text":"hi"}""", 400, "invalid_json")]
    [InlineData("a text for a list", """{"clientMessageId":"$id","text":"hi","mentions":"all"}""", 400, "invalid_json")]
    [InlineData("null in a list", """{"clientMessageId":"$id","text":"hi","mentions":[null]}""", 400, "invalid_json")]
    [InlineData("an array", "[]", 400, "invalid_json")]
    [InlineData("a string", "\"hi\"", 400, "invalid_json")]
    [InlineData("null", "null", 400, "invalid_json")]
    [InlineData("no body", "", 400, "invalid_json")]
    [InlineData("half of it", """{"clientMessageId":"$id","text":"h""", 400, "invalid_json")]
    [InlineData("something after it", """{"clientMessageId":"$id","text":"hi"} {}""", 400, "invalid_json")]
    [InlineData("a comma too many", """{"clientMessageId":"$id","text":"hi",}""", 400, "invalid_json")]
    [InlineData("a comment", """{"clientMessageId":"$id","text":"hi"/**/}""", 400, "invalid_json")]
    [InlineData("single quotes", "{'text':'hi'}", 400, "invalid_json")]
    [InlineData("half a surrogate pair", """{"clientMessageId":"$id","text":"\ud83d"}""", 400, "invalid_json")]
    [InlineData("a surrogate pair turned round", """{"clientMessageId":"$id","text":"\ude00\ud83d"}""", 400, "invalid_json")]
    [InlineData("half a surrogate pair as a name", """{"\ud83d":1}""", 400, "invalid_json")]
    [InlineData("NUL", """{"clientMessageId":"$id","text":"a\u0000b"}""", 422, "text_invalid")]
    [InlineData("no character", """{"clientMessageId":"$id","text":""}""", 422, "text_empty")]
    [InlineData("blanks", """{"clientMessageId":"$id","text":" \t\r\n\u00a0"}""", 422, "text_empty")]
    [InlineData("what nobody sees", """{"clientMessageId":"$id","text":"\u200b\u200d\ufeff\u3164\u2800"}""", 422, "text_empty")]
    [InlineData("a mention of a stranger", """{"clientMessageId":"$id","text":"hi","mentions":["$id"]}""", 422, "mention_not_member")]
    [InlineData("a reply to nothing", """{"clientMessageId":"$id","text":"hi","replyTo":"$id"}""", 422, "reply_not_found")]
    public async Task a_message_is_refused_that_has(string what, string body, int status, string code) =>
        await IsRefused(what, Encoding.UTF8.GetBytes(body.Replace("$id", Id, StringComparison.Ordinal)), status, code);

    [Theory]
    [InlineData("a lone continuation byte", new byte[] { 0x80 })]
    [InlineData("an overlong slash", new byte[] { 0xC0, 0xAF })]
    [InlineData("a surrogate in UTF-8", new byte[] { 0xED, 0xA0, 0xBD })]
    [InlineData("beyond Unicode", new byte[] { 0xF5, 0x80, 0x80, 0x80 })]
    [InlineData("Latin-1", new byte[] { 0xE9 })]
    public async Task a_message_is_refused_whose_bytes_are_not_UTF8(string what, byte[] bytes) =>
        await IsRefused(what, [.. Encoding.ASCII.GetBytes($$"""{"clientMessageId":"{{Id}}","text":"caf"""), .. bytes, .. "\"}"u8], 400, "invalid_json");

    [Theory]
    [InlineData(4_001, "a", 413, "text_too_long")]
    [InlineData(3_000, "€", 413, "text_too_long")]
    [InlineData(300_000, "a", 413, "body_too_large")]
    [InlineData(200_000, "a", 413, "text_too_long")]
    public async Task a_message_is_refused_that_is_too_long(int times, string text, int status, string code) =>
        await IsRefused("too long", Encoding.UTF8.GetBytes($$"""{"clientMessageId":"{{Id}}","text":"{{string.Concat(Enumerable.Repeat(text, times))}}"}"""), status, code);

    [Theory]
    [InlineData(33)]
    [InlineData(50_000)]
    public async Task a_message_is_refused_that_is_nested_deeply(int depth) =>
        await IsRefused("deep", Encoding.UTF8.GetBytes($$"""{"clientMessageId":"{{Id}}","text":{{new string('[', depth)}}{{new string(']', depth)}}}"""), 400, "invalid_json");

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/json; charset=latin1")]
    [InlineData(null)]
    public async Task a_body_that_says_it_is_something_else_is_refused(string? type) =>
        await IsRefused(type ?? "no type", Encoding.UTF8.GetBytes($$"""{"clientMessageId":"{{Id}}","text":"hi"}"""), 415, "unsupported_media_type", type);

    [Theory]
    [InlineData("POST", "/v1/conversations", """{"kind":"club","members":[]}""", 400, "invalid_json")]
    [InlineData("POST", "/v1/conversations", """{"kind":0,"members":[]}""", 400, "invalid_json")]
    [InlineData("POST", "/v1/conversations", """{"kind":"group","members":null}""", 400, "invalid_json")]
    [InlineData("POST", "/v1/conversations", """{"kind":"group","members":[],"name":"x"}""", 422, "client_conversation_id_required")]
    [InlineData("POST", "/v1/conversations", """{"kind":"group","members":[],"clientConversationId":"$id"}""", 422, "name_required")]
    [InlineData("POST", "/v1/conversations", """{"kind":"group","members":[],"clientConversationId":"$id","name":"a\u0000"}""", 422, "name_invalid")]
    [InlineData("POST", "/v1/conversations", """{"kind":"group","members":["$id"],"clientConversationId":"$id","name":"x"}""", 404, "user_not_found")]
    [InlineData("POST", "/v1/conversations", """{"kind":"direct","members":[]}""", 422, "direct_needs_two")]
    [InlineData("POST", "/v1/conversations", """{"kind":"direct","members":["$id"]}""", 404, "user_not_found")]
    [InlineData("PATCH", "/v1/users/me", """{"displayName":"\u200b"}""", 422, "name_invalid")]
    [InlineData("PATCH", "/v1/users/me", """{"displayName":""}""", 422, "name_invalid")]
    [InlineData("PUT", "/v1/users/me/blocks/$id", null, 404, "user_not_found")]
    [InlineData("PATCH", "/v1/inbox/$id", """{"muted":true}""", 404, "conversation_not_found")]
    [InlineData("POST", "/v1/conversations/$id/messages", """{"clientMessageId":"$id","text":"hi"}""", 404, "conversation_not_found")]
    [InlineData("DELETE", "/v1/conversations/$id/messages/$id", null, 404, "conversation_not_found")]
    [InlineData("PUT", "/v1/conversations/$id/messages/$id/reactions/:smile:", null, 404, "conversation_not_found")]
    [InlineData("PUT", "/v1/users/me", """{}""", 405, "method_not_allowed")]
    [InlineData("POST", "/v1/accounts", """{"username":"\ud83d","password":"x"}""", 400, "invalid_json")]
    [InlineData("POST", "/v1/accounts", """{"username":"fine.name","password":"correct horse battery\u0000","displayName":"\u0000"}""", 422, "name_invalid")]
    [InlineData("POST", "/v1/sessions", """{"username":"a\u0000b","password":"x"}""", 401, "wrong_credentials")]
    [InlineData("POST", "/v1/sessions", """{"username":"a","password":"x","device":{"name":"a\u0000b"}}""", 422, "device_invalid")]
    public async Task a_command_is_refused_for(string method, string path, string? body, int status, string code)
    {
        var ada = server.Ada;
        var before = await server.Head();
        var content = body is null ? null : Json(Encoding.UTF8.GetBytes(body.Replace("$id", Id, StringComparison.Ordinal)));
        (await ada.Send(new(method), path.Replace("$id", Id, StringComparison.Ordinal), content)).IsProblem(status, code);
        Assert.Equal(before, await server.Head());
    }

    [Fact]
    public async Task a_client_message_id_names_one_message_for_ever()
    {
        var ada = server.Ada;
        var conversation = await ada.StartGroup();
        var id = Guid.NewGuid();
        (await ada.Say(conversation, "the first", id)).Is(201);
        var before = await server.Head();
        (await ada.Say(conversation, "another", id)).IsProblem(409, "client_message_id_reused");
        Assert.Equal(before, await server.Head());
    }

    [Theory]
    [InlineData("\"1\"", 412, "stale_version")]
    [InlineData("\"999999\"", 412, "stale_version")]
    [InlineData("W/\"2\"", 400, "invalid_if_match")]
    [InlineData("2", 400, "invalid_if_match")]
    [InlineData("\"", 400, "invalid_if_match")]
    [InlineData("\"2\", \"3\"", 400, "invalid_if_match")]
    [InlineData("\"-2\"", 400, "invalid_if_match")]
    public async Task an_edit_is_refused_of_the_version(string ifMatch, int status, string code)
    {
        var ada = server.Ada;
        var conversation = await ada.StartGroup();
        var message = (await ada.Say(conversation, "the first")).Is(201)["id"].GetGuid();
        var before = await server.Head();
        (await ada.Patch($"/v1/conversations/{conversation}/messages/{message}", new { text = "another" }, ifMatch)).IsProblem(status, code);
        Assert.Equal(before, await server.Head());
    }

    [Theory]
    [InlineData("%20")]
    [InlineData("ab")]
    [InlineData(":smile")]
    [InlineData("%F0%9F%98%80%F0%9F%98%80")]
    public async Task a_reaction_is_refused_that_is_no_emoji(string reaction)
    {
        var ada = server.Ada;
        var conversation = await ada.StartGroup();
        var message = (await ada.Say(conversation, "the first")).Is(201)["id"].GetGuid();
        var before = await server.Head();
        (await ada.Put($"/v1/conversations/{conversation}/messages/{message}/reactions/{reaction}")).IsProblem(422, "reaction_invalid");
        Assert.Equal(before, await server.Head());
    }

    async Task IsRefused(string what, byte[] body, int status, string code, string? type = "application/json")
    {
        var ada = server.Ada;
        var conversation = await ada.StartGroup();
        var before = await server.Head();
        var answer = await ada.Post($"/v1/conversations/{conversation}/messages", Json(body, type));
        Assert.True(answer.Status != HttpStatusCode.InternalServerError, $"500 for {what}");
        answer.IsProblem(status, code);
        Assert.Equal(before, await server.Head());
    }

    static ByteArrayContent Json(byte[] body, string? type = "application/json")
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
        return content;
    }
}
