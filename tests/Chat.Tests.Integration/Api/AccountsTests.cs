using System.Text.Json.Nodes;

namespace Chat.Tests.Integration.Api;

public sealed class AccountsTests(ChatServer server) : IClassFixture<ChatServer>
{
    readonly HttpClient anybody = server.Anybody();

    [Fact]
    public async Task who_registers_and_logs_in_is_known_by_the_token()
    {
        var ada = await server.Person();
        var me = (await ada.Get("/v1/users/me")).Is(200);
        Assert.Equal(ada.Id, me["id"].GetGuid());
        Assert.Equal(ada.Username, me.Text("username"));
    }

    [Fact]
    public async Task a_username_is_given_once()
    {
        var ada = await server.Person();
        (await Post("/v1/accounts", new { username = ada.Username.ToUpperInvariant(), password = Person.Password })).IsProblem(409, "username_taken");
    }

    [Fact]
    public async Task a_wrong_password_and_an_unknown_user_are_answered_alike()
    {
        var ada = await server.Person();
        var wrong = (await LogIn(ada.Username, "not the password")).IsProblem(401, "wrong_credentials");
        var unknown = (await LogIn("nobody.at.all", "not the password")).IsProblem(401, "wrong_credentials");
        Assert.Equal(WithoutTrace(wrong), WithoutTrace(unknown));
        Assert.Equal("Bearer", wrong.Headers["WWW-Authenticate"]);
    }

    [Fact]
    public async Task a_refresh_token_gives_the_next_one_of_the_same_session()
    {
        var ada = await server.Person();
        var next = (await Refresh(ada.RefreshToken)).Is(200);
        Assert.Equal(ada.Session.Text("sessionId"), next.Text("sessionId"));
        Assert.NotEqual(ada.RefreshToken, next.Text("refreshToken"));
        (await Refresh(next.Text("refreshToken")!)).Is(200);
    }

    [Fact]
    public async Task a_refresh_token_used_twice_ends_the_session()
    {
        var ada = await server.Person();
        var first = (await Refresh(ada.RefreshToken)).Is(200);
        var second = (await Refresh(first.Text("refreshToken")!)).Is(200);
        (await Refresh(ada.RefreshToken)).IsProblem(401, "invalid_refresh_token");
        (await Refresh(second.Text("refreshToken")!)).IsProblem(401, "invalid_refresh_token");
        (await ada.Get("/v1/users/me")).IsProblem(401, "unauthorized");
    }

    [Theory]
    [InlineData("")]
    [InlineData("invented")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task an_invented_refresh_token_is_refused(string token) => (await Refresh(token)).IsProblem(401, "invalid_refresh_token");

    [Fact]
    public async Task after_log_out_neither_token_is_good()
    {
        var ada = await server.Person();
        (await ada.Delete("/v1/sessions/current")).Is(204);
        (await ada.Get("/v1/users/me")).IsProblem(401, "unauthorized");
        (await Refresh(ada.RefreshToken)).IsProblem(401, "invalid_refresh_token");
    }

    [Fact]
    public async Task a_device_is_revoked_from_another_one()
    {
        var phone = await server.Person();
        var laptop = await Person.LogIn(server, phone.Username);
        Assert.Equal(2, (await laptop.Get("/v1/devices")).Is(200)["devices"].GetArrayLength());
        (await laptop.Delete($"/v1/devices/{phone.Session.Text("deviceId")}")).Is(204);
        (await phone.Get("/v1/users/me")).IsProblem(401, "unauthorized");
        (await laptop.Get("/v1/users/me")).Is(200);
    }

    [Fact]
    public async Task nobody_revokes_the_device_of_somebody_else()
    {
        var (ada, eve) = (await server.Person(), await server.Person());
        (await eve.Delete($"/v1/devices/{ada.Session.Text("deviceId")}")).Is(404);
        (await ada.Get("/v1/users/me")).Is(200);
    }

    [Theory]
    [InlineData("al", "correct horse battery staple", "username_invalid")]
    [InlineData("two words", "correct horse battery staple", "username_invalid")]
    [InlineData("fine.name", "short", "password_too_short")]
    [InlineData("fine.name", "password123", "password_too_common")]
    public async Task what_cannot_be_an_account_is_refused(string username, string password, string code) =>
        (await Post("/v1/accounts", new { username, password })).IsProblem(422, code);

    Task<Answer> Post(string path, object body) => anybody.Send(HttpMethod.Post, path, body);

    Task<Answer> LogIn(string username, string password) => Post("/v1/sessions", new { username, password });

    Task<Answer> Refresh(string refreshToken) => Post("/v1/sessions/refresh", new { refreshToken });

    static string WithoutTrace(Answer problem)
    {
        var json = JsonNode.Parse(problem.Body.GetRawText())!.AsObject();
        json.Remove("traceId");
        return json.ToJsonString();
    }
}
