namespace Chat.Tests.Integration.Api;

/// <summary>Who may do what to a group: a stranger sees nothing of it, a member talks, an admin keeps order, an owner decides.</summary>
public sealed class AuthorisationTests(ServerWithGroup fixture) : IClassFixture<ServerWithGroup>
{
    readonly ChatServer server = fixture.Server.OrSkip();

    // method, path below the conversation; $member, $owner and $message stand for ids
    public static readonly TheoryData<string, string, string?> Everything = new()
    {
        { "GET", "", null },
        { "GET", "/messages", null },
        { "GET", "/messages/$message", null },
        { "GET", "/members", null },
        { "GET", "/pins", null },
        { "POST", "/messages", """{"clientMessageId":"0199c1f8-1111-7000-8000-000000000001","text":"hi"}""" },
        { "PATCH", "/messages/$message", """{"text":"hi"}""" },
        { "DELETE", "/messages/$message", null },
        { "PUT", "/messages/$message/reactions/:smile:", null },
        { "DELETE", "/messages/$message/reactions/:smile:", null },
        { "PUT", "/pins/$message", null },
        { "DELETE", "/pins/$message", null },
        { "PATCH", "", """{"name":"Mine"}""" },
        { "PUT", "/members/$member", null },
        { "PATCH", "/members/$member", """{"role":"admin"}""" },
        { "DELETE", "/members/$member", null },
        { "DELETE", "/members/me", null },
        { "PUT", "/bans/$member", null },
        { "DELETE", "/bans/$member", null },
        { "PUT", "/mutes/$member", "{}" },
        { "DELETE", "/mutes/$member", null },
    };

    [Theory, MemberData(nameof(Everything))]
    public async Task a_stranger_cannot_tell_that_it_exists(string method, string path, string? body) =>
        (await fixture.Group.Ask(fixture.Stranger, method, path, body)).Is(404);

    [Theory, MemberData(nameof(Everything))]
    public async Task who_was_removed_is_a_stranger(string method, string path, string? body) =>
        (await fixture.Group.Ask(fixture.Former, method, path, body)).Is(404);

    [Theory]
    [InlineData("PATCH", "/messages/$message", """{"text":"hi"}""", "not_yours")]
    [InlineData("DELETE", "/messages/$message", null, "not_yours")]
    [InlineData("PATCH", "", """{"name":"Mine"}""", "role_too_low")]
    [InlineData("PATCH", "/members/$member", """{"role":"admin"}""", "role_too_low")]
    [InlineData("PATCH", "/members/$other", """{"role":"owner"}""", "role_too_low")]
    [InlineData("DELETE", "/members/$member", null, "role_too_low")]
    [InlineData("DELETE", "/members/$owner", null, "role_too_low")]
    [InlineData("PUT", "/bans/$member", null, "role_too_low")]
    [InlineData("DELETE", "/bans/$member", null, "role_too_low")]
    [InlineData("PUT", "/mutes/$owner", "{}", "role_too_low")]
    [InlineData("DELETE", "/mutes/$member", null, "role_too_low")]
    public async Task a_member_cannot_keep_order(string method, string path, string? body, string code) =>
        (await fixture.Group.Ask(fixture.Group.Other, method, path, body)).IsProblem(403, code);

    [Theory]
    [InlineData("DELETE", "/messages/$message", null)]
    [InlineData("PATCH", "", """{"name":"Ours"}""")]
    [InlineData("PATCH", "/members/$member", """{"role":"admin"}""")]
    [InlineData("DELETE", "/members/$member", null)]
    [InlineData("PUT", "/bans/$member", null)]
    [InlineData("DELETE", "/bans/$member", null)]
    [InlineData("PUT", "/mutes/$member", "{}")]
    [InlineData("PUT", "/mutes/$member", null)]
    [InlineData("DELETE", "/mutes/$member", null)]
    [InlineData("PUT", "/pins/$message", null)]
    public async Task an_owner_can(string method, string path, string? body)
    {
        var group = await Group.Start(server);
        (await group.Ask(group.Owner, method, path, body)).Is(200);
    }

    [Fact]
    public async Task the_muted_are_silent_until_they_are_not()
    {
        var group = await Group.Start(server);
        (await group.Ask(group.Owner, "PUT", "/mutes/$other", null)).Is(200);
        (await group.Other.Say(group.Id, "hi")).IsProblem(403, "muted");
        (await group.Ask(group.Owner, "DELETE", "/mutes/$other", null)).Is(200);
        (await group.Other.Say(group.Id, "hi")).Is(201);
    }

    [Fact]
    public async Task the_last_owner_cannot_leave()
    {
        var group = await Group.Start(server);
        (await group.Ask(group.Owner, "DELETE", "/members/me", null)).IsProblem(409, "last_owner");
    }
}
