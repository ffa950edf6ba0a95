using System.Text.Json;
using Chat.Infrastructure.Postgres;

namespace Chat.Tests.Integration.Api;

public sealed class ExportTests(ChatServer server) : IClassFixture<ChatServer>
{
    [Fact]
    public async Task whoever_asks_gets_what_they_are_and_wrote_and_nothing_of_others()
    {
        var (ann, bob) = (await server.Person(), await server.Person());
        var room = await ann.StartGroup(bob);
        for (var i = 0; i < 3; i++) await ann.Say(room, $"mine {i}");
        var last = await bob.Say(room, "not mine");
        (await ann.Get($"/v1/conversations/{room}/messages?atLeast={last.Text("position")}")).Is(200);
        (await ann.Get($"/v1/inbox?atLeast={last.Text("position")}")).Is(200);

        var lines = await Export(ann);
        Assert.Equal(ann.Username, Assert.Single(lines, static line => line.GetProperty("type").ValueEquals("profile")).GetProperty("username").GetString());
        Assert.Single(lines, static line => line.GetProperty("type").ValueEquals("device"));
        Assert.Equal(room, Assert.Single(lines, static line => line.GetProperty("type").ValueEquals("conversation")).GetProperty("id").GetGuid());
        Assert.Equal("Room", Assert.Single(lines, static line => line.GetProperty("type").ValueEquals("name")).GetProperty("given").GetString());
        Assert.Equal(["mine 0", "mine 1", "mine 2"], lines.Where(static line => line.GetProperty("type").ValueEquals("message")).Select(static line => line.GetProperty("text").GetString()));
    }

    [Fact]
    public async Task one_export_at_a_time()
    {
        var ann = await server.Person();
        await using (await server.Get<Leases>().TryTake($"export of {new Chat.Domain.UserId(ann.Id)}", ChatServer.Ct))
        {
            (await ann.Get("/v1/me/export")).IsProblem(429, "export_running");
        }
        Assert.NotEmpty(await Export(ann));
    }

    async Task<List<JsonElement>> Export(Person person)
    {
        using var http = server.Anybody();
        http.DefaultRequestHeaders.Authorization = new("Bearer", person.AccessToken);
        using var answer = await http.GetAsync(new Uri("/v1/me/export", UriKind.Relative), ChatServer.Ct);
        Assert.Equal("application/x-ndjson", answer.EnsureSuccessStatusCode().Content.Headers.ContentType?.MediaType);
        return [.. (await answer.Content.ReadAsStringAsync(ChatServer.Ct)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonDocument.Parse(line).RootElement)];
    }
}
