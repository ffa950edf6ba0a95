using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Chat.Tests.Integration.Api;

/// <summary>Somebody with an account, logged in on one device.</summary>
public sealed class Person
{
    public const string Password = "correct horse battery staple";

    readonly HttpClient http;

    Person(HttpClient http, string username, Answer session)
    {
        (this.http, Username, Session) = (http, username, session);
        http.DefaultRequestHeaders.Authorization = new("Bearer", session.Text("accessToken"));
    }

    public string Username { get; }
    public Answer Session { get; }

    public Guid Id => Session["userId"].GetGuid();
    public string AccessToken => Session.Text("accessToken")!;
    public string RefreshToken => Session.Text("refreshToken")!;

    public static async Task<Person> Register(ChatServer server, string username)
    {
        var http = server.Anybody();
        (await http.Send(HttpMethod.Post, "/v1/accounts", new { username, password = Password })).Is(201);
        return await LogIn(server, username);
    }

    public static async Task<Person> LogIn(ChatServer server, string username)
    {
        var http = server.Anybody();
        return new(http, username, (await http.Send(HttpMethod.Post, "/v1/sessions", new { username, password = Password })).Is(200));
    }

    public Task<Answer> Send(HttpMethod method, string path, object? body = null) => http.Send(method, path, body);
    public Task<Answer> Get(string path) => http.Send(HttpMethod.Get, path);
    public Task<Answer> Post(string path, object? body = null) => http.Send(HttpMethod.Post, path, body);
    public Task<Answer> Put(string path, object? body = null) => http.Send(HttpMethod.Put, path, body);
    public Task<Answer> Patch(string path, object? body = null, string? ifMatch = null) => http.Send(HttpMethod.Patch, path, body, ifMatch);
    public Task<Answer> Delete(string path) => http.Send(HttpMethod.Delete, path);

    /// <summary>Starts a group. Returns its id.</summary>
    public async Task<Guid> StartGroup(params Person[] members) => (await Post("/v1/conversations", new
    {
        kind = "group", name = "Room", clientConversationId = Guid.NewGuid(), members = members.Select(static member => member.Id), history = "shared",
    })).Is(201)["id"].GetGuid();

    public Task<Answer> Say(Guid conversation, string text, Guid? clientMessageId = null) =>
        Post($"/v1/conversations/{conversation}/messages", new { clientMessageId = clientMessageId ?? Guid.NewGuid(), text });
}

static class Sending
{
    extension(HttpClient http)
    {
        /// <param name="body">An HttpContent as it is, anything else as JSON.</param>
        public async Task<Answer> Send(HttpMethod method, string path, object? body = null, string? ifMatch = null)
        {
            using var request = new HttpRequestMessage(method, path)
            {
                Content = body as HttpContent ?? (body is null ? null : JsonContent.Create(body, options: JsonSerializerOptions.Web)),
            };
            if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
            return await Answer.Of(await http.SendAsync(request, ChatServer.Ct));
        }
    }
}
