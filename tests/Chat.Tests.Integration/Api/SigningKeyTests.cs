using System.Text.Json;
using Chat.Infrastructure.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Chat.Tests.Integration.Api;

/// <summary>Keys change by the operator's command, and nobody is logged out by it.</summary>
public sealed class SigningKeyTests : IAsyncLifetime
{
    readonly ChatServer server = new();

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => server.InitializeAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task a_new_key_signs_and_the_old_one_verifies_until_its_tokens_have_died()
    {
        var before = await server.Person();
        var listed = await Keys("rotate");
        var (signs, verifies) = (listed[0], Assert.Single(listed.Skip(1)));
        Assert.Equal(JsonValueKind.Null, signs.GetProperty("verifiesUntil").ValueKind);
        Assert.InRange(verifies.GetProperty("verifiesUntil").GetDateTimeOffset(), DateTimeOffset.UtcNow + SigningKeys.LongestToken, DateTimeOffset.UtcNow.AddDays(2));

        await Reread();
        var after = await Person.LogIn(server, before.Username);
        Assert.Equal([Id(signs), Id(verifies)], [KeyOf(after), KeyOf(before)]);
        Assert.Equal([Id(signs), Id(verifies)], await Published());
        foreach (var person in (Person[])[before, after]) (await person.Get("/v1/users/me")).Is(200);

        await server.Database.Execute("update chat.signing_keys set retired_at = now() where retired_at is not null"); // a day later
        await Reread();
        (await before.Get("/v1/users/me")).IsProblem(401, "unauthorized");
        (await after.Get("/v1/users/me")).Is(200);
        Assert.Equal([Id(signs)], await Published());
    }

    [Fact]
    public async Task a_key_in_the_wrong_hands_verifies_no_more_and_devices_refresh()
    {
        var person = await server.Person();
        Assert.Single(await Keys("rotate", "--at-once"));
        await Reread();
        (await person.Get("/v1/users/me")).IsProblem(401, "unauthorized");
        (await server.Anybody().Send(HttpMethod.Post, "/v1/sessions/refresh", new { refreshToken = person.RefreshToken })).Is(200);
    }

    [Fact]
    public async Task a_node_signs_with_a_key_made_elsewhere_within_a_minute()
    {
        var (time, node) = (new TickingClock(), new SigningKeys(server.OrSkip().Database.Source, server.Get<MasterKey>(), TimeProvider.System));
        await node.Load(Ct);
        using var watch = new SigningKeysWatch(node, time, NullLogger<SigningKeysWatch>.Instance);
        await watch.StartAsync(Ct);
        await time.Ticking.WaitAsync(Ct);
        var made = Id((await Keys("rotate"))[0]);
        Assert.NotEqual(made, $"{node.Current[0].Id}");

        time.Advance(TimeSpan.FromMinutes(1));
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        patience.CancelAfter(TimeSpan.FromSeconds(10));
        while ($"{node.Current[0].Id}" != made) await Task.Delay(20, patience.Token);
        await watch.StopAsync(Ct);
    }

    /// <summary>What every node does each minute.</summary>
    Task Reread() => server.Get<SigningKeys>().Load(Ct);

    async Task<List<JsonElement>> Keys(params string[] verb)
    {
        var (code, answer, complaint) = await Projections.CommandLine.Run(server.Database.ConnectionString, ["keys", .. verb, "--json"]);
        Assert.True(code == 0, complaint);
        return [.. JsonDocument.Parse(answer).RootElement.EnumerateArray()];
    }

    async Task<List<string>> Published() =>
        [.. (await server.Anybody().Send(HttpMethod.Get, "/.well-known/jwks.json")).Is(200)["keys"].EnumerateArray().Select(static key => key.GetProperty("kid").GetString()!)];

    static string Id(JsonElement key) => key.GetProperty("id").GetString()!;

    static string KeyOf(Person person) => new JsonWebToken(person.AccessToken).Kid;
}
