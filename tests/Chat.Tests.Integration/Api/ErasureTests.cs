using Chat.Application.Accounts;
using Chat.Application.Files;
using Chat.Domain;
using Chat.Infrastructure.Push;
using Chat.Infrastructure.ReadModels;
using Chat.Projections;
using Chat.Testing;
using Chat.Tests.Integration.Push;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Tests.Integration.Api;

/// <summary>Somebody leaves for good: over REST, durable messages, the log and every place where their words were.</summary>
public sealed class ErasureTests(ChatServer server) : IClassFixture<ChatServer>
{
    static CancellationToken Ct => ChatServer.Ct;

    [Fact]
    public async Task no_word_of_an_erased_user_is_found_anywhere()
    {
        await using var people = await PushedPeople.Start();
        var (chat, bob) = (people.Server, people.Bob);
        var ann = await chat.Person("canaryann");
        (await ann.Patch("/v1/users/me", new { displayName = "Canary Ann" })).Is(200);
        var room = await ann.StartGroup(bob);
        (await ann.Patch($"/v1/conversations/{room}", new { name = "canary room" })).Is(200);
        people.Service.Then(new ProviderAnswer(400)); // what is laid aside is kept
        var said = (await ann.Say(room, "canary text")).Is(201);
        await people.Service.Arrival();
        await people.Settled();
        Assert.Single(await chat.Get<PushDeadLetters>().List(10, Ct));
        (await ann.Patch($"/v1/conversations/{room}/messages/{said["id"].GetGuid()}", new { text = "canary edit" })).Is(200);
        await bob.Say(room, "from bob");
        var pair = (await ann.Post("/v1/conversations", new { kind = "direct", members = new[] { bob.Id } })).Is(201)["id"].GetGuid();
        await ann.Say(pair, "canary between us");
        (await ann.Post("/v1/files", new MultipartFormDataContent { { new ByteArrayContent("canary"u8.ToArray()) { Headers = { ContentType = new("text/plain") } }, "file", "canary.txt" } })).Is(201);
        await Settled(chat);
        Assert.Contains("timeline_v1.entries", await Canary.Find(chat.Database, "canary"));

        await Erase(chat, ann);

        Assert.Empty(await Canary.Find(chat.Database, "canary"));
        foreach (var path in (string[])[$"/v1/conversations/{room}/messages", $"/v1/conversations/{pair}/messages", "/v1/inbox", $"/v1/conversations/{room}", $"/v1/conversations/{room}/members", "/v1/users?query=canary", "/v1/search?query=canary"])
            Assert.DoesNotContain("canary", (await bob.Get(path)).Is(200).Body.GetRawText(), StringComparison.OrdinalIgnoreCase);
        (await bob.Get($"/v1/users/{ann.Id}")).Is(404);

        foreach (var projection in chat.Get<IEnumerable<IProjection>>().Where(static projection => !projection.Model.FromHead))
        {
            var rebuild = chat.Get<ProjectionRebuild>();
            await rebuild.Build([projection], new(Partitions: 2), static (_, _) => { }, Ct);
            Assert.Empty((await rebuild.Switch(projection, new(), static (_, _) => { }, Ct)).Differences);
        }
        Assert.Empty(await Canary.Find(chat.Database, "canary"));
        (await bob.Say(room, "life goes on")).Is(201);
        (await bob.Say(pair, "are you there?")).IsProblem(403, "user_erased");
        await chat.Person("canaryann"); // the name is another's now
    }

    [Fact]
    public async Task an_erased_user_is_nobody()
    {
        var ann = await server.Person();
        await Erase(server, ann);
        (await ann.Get("/v1/users/me")).IsProblem(401, "unauthorized");
        (await server.Anybody().Send(HttpMethod.Post, "/v1/sessions/refresh", new { refreshToken = ann.RefreshToken })).IsProblem(401, "invalid_refresh_token");
        (await server.Anybody().Send(HttpMethod.Post, "/v1/sessions", new { username = ann.Username, password = Person.Password })).IsProblem(401, "wrong_credentials");
        (await server.Ada.Put($"/v1/conversations/{await server.Ada.StartGroup()}/members/{ann.Id}")).IsProblem(404, "user_not_found");
    }

    [Fact]
    public async Task only_who_knows_the_password_is_erased()
    {
        var ann = await server.Person();
        (await ann.Send(HttpMethod.Delete, "/v1/me", new { password = "not the password" })).IsProblem(403, "wrong_password");
        (await ann.Send(HttpMethod.Delete, "/v1/me")).IsProblem(403, "wrong_password");
        (await ann.Get("/v1/users/me")).Is(200);
    }

    [Fact]
    public async Task erasing_twice_is_erasing_once()
    {
        var ann = await server.Person();
        await Erase(server, ann);
        var head = await server.Head();
        await server.Get<Erasure>().Run(new(ann.Id), Ct);
        Assert.Equal(head, await server.Head());
    }

    [Fact]
    public async Task what_fails_on_the_way_is_made_up_for()
    {
        await using var chat = new ServerWithFaultyFiles();
        await chat.InitializeAsync();
        var ann = await chat.Person();
        await Erase(chat, ann);
        Assert.Equal(3, chat.Files.Tries);
        await chat.Person(ann.Username);
    }

    [Fact]
    public async Task a_key_that_a_backup_brings_back_is_destroyed_at_the_next_start()
    {
        await using var chat = new ChatServer();
        await chat.InitializeAsync();
        var ann = await chat.Person();
        await chat.Database.Execute("create table public.kept as select user_id, wrapped from chat.personal_keys");
        await Erase(chat, ann);
        await chat.Database.Execute("update chat.personal_keys k set wrapped = b.wrapped, erased_at = null from public.kept b where k.user_id = b.user_id");
        await chat.Restart();
        await using var left = chat.Database.Source.CreateCommand($"select wrapped is null from chat.personal_keys where user_id = '{ann.Id}'");
        Assert.Equal(true, await left.ExecuteScalarAsync(Ct));
    }

    /// <summary>Asks for it and waits until every read model has heard of it.</summary>
    static async Task Erase(ChatServer chat, Person person)
    {
        (await person.Send(HttpMethod.Delete, "/v1/me", new { password = Person.Password })).Is(202);
        // the account goes last
        while (await chat.Get<IAccounts>().Find(new UserId(person.Id), Ct) is not null) await Task.Delay(20, Ct);
        await Settled(chat);
    }

    static async Task Settled(ChatServer chat) => Assert.True(
        await chat.Get<ReadModelProgress>().WaitFor(
            await chat.Head(), [.. chat.Get<IEnumerable<IProjection>>().Select(static projection => projection.Model.Name)], TimeSpan.FromSeconds(60), Ct),
        "The projections did not catch up.");
}

/// <summary>A server whose store of files is away twice when it is needed.</summary>
sealed class ServerWithFaultyFiles : ChatServer
{
    public FaultyFiles Files { get; } = new();

    protected override void Replace(IServiceCollection services) => services.AddSingleton<IPersonalFiles>(Files);

    public sealed class FaultyFiles : IPersonalFiles
    {
        public int Tries { get; private set; }

        public Task RemoveAllOf(UserId owner, CancellationToken ct) => ++Tries < 3 ? throw new IOException("The store is away.") : Task.CompletedTask;
    }
}
