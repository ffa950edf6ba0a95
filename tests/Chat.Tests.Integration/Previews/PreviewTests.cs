using Chat.Infrastructure.Previews;
using Chat.Infrastructure.ReadModels;
using Chat.Projections;
using Chat.Testing;
using Chat.Tests.Integration.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Tests.Integration.Previews;

/// <summary>From a message with a link to what is shown with it: over REST, the log, the projection, durable messages and a page.</summary>
public sealed class PreviewTests : IAsyncLifetime
{
    const string Link = "http://tea.example/cups";
    const string Page = "<title>Tea cups</title><meta name=description content='All about cups'>";

    RequestDelegate answer = static http => PageServer.Html(http, Page);
    PageServer pages = null!;
    ChatServer server = null!;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    Person Ada => server.Ada;

    public async ValueTask InitializeAsync()
    {
        TestDatabase.SkipWithoutServer();
        pages = await PageServer.Start(http => answer(http));
        pages.Internet.Name("tea.example", PageServer.PublicAddress);
        server = new PreviewingServer(pages.Internet);
        await server.InitializeAsync();
        await Settled(); // from here on
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null) await server.DisposeAsync();
        if (pages is not null) await pages.DisposeAsync();
    }

    async Task Decided() => Assert.True(
        await server.Get<ReadModelProgress>().WaitFor(await server.Head(), ["previews"], TimeSpan.FromSeconds(30), Ct), "The previews did not catch up.");

    /// <summary>Waits until no link waits to be looked up.</summary>
    async Task Settled()
    {
        await Decided();
        while (await Count("select count(*) from messages.wolverine_incoming_envelopes where status <> 'Handled'") > 0) await Task.Delay(50, Ct);
    }

    async Task<long> Count(string sql)
    {
        await using var command = server.Database.Source.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync(Ct))!;
    }

    async Task<System.Text.Json.JsonElement> Message(Guid room, Answer sent) =>
        (await Ada.Get($"/v1/conversations/{room}/messages/{sent.Text("id")}?atLeast={await server.Head()}")).Is(200)["message"];

    [Fact]
    public async Task a_link_is_shown_with_what_is_behind_it_until_the_message_says_something_else()
    {
        var room = await Ada.StartGroup();
        var sent = (await Ada.Say(room, $"look: {Link}")).Is(201);
        await Settled();
        var preview = (await Message(room, sent)).GetProperty("preview");
        Assert.Equal((Link, "Tea cups", "All about cups", "tea.example"), (Text("link"), Text("title"), Text("description"), Text("site")));
        Assert.Equal(0, await Count("select count(*) from log.events where convert_from(data, 'UTF8') like '%cups%'")); // sealed

        (await Ada.Patch($"/v1/conversations/{room}/messages/{sent.Text("id")}", new { text = "never mind" })).Is(200);
        await Settled();
        Assert.False((await Message(room, sent)).TryGetProperty("preview", out _));

        string? Text(string property) => preview.GetProperty(property).GetString();
    }

    [Fact]
    public async Task an_edit_while_the_page_is_read_leaves_no_preview_of_what_was_said_before()
    {
        var (asked, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        answer = async http =>
        {
            asked.TrySetResult();
            await go.Task;
            await PageServer.Html(http, Page);
        };
        var room = await Ada.StartGroup();
        var sent = (await Ada.Say(room, Link)).Is(201);
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(30), Ct);
        (await Ada.Patch($"/v1/conversations/{room}/messages/{sent.Text("id")}", new { text = "never mind" })).Is(200);
        go.SetResult();
        await Settled();
        Assert.False((await Message(room, sent)).TryGetProperty("preview", out _));
        Assert.Equal(0, await Count("select count(*) from log.events where type = 'link-previewed.v1'"));
    }

    [Fact]
    public async Task a_page_that_cannot_be_read_leaves_the_message_as_it_is()
    {
        answer = static http => { http.Abort(); return Task.CompletedTask; };
        var room = await Ada.StartGroup();
        var sent = (await Ada.Say(room, $"{Link} and http://10.0.0.1/")).Is(201);
        await Settled();
        Assert.False((await Message(room, sent)).TryGetProperty("preview", out _));
        Assert.Equal(0, await Count("select count(*) from messages.wolverine_dead_letters"));
    }

    [Fact]
    public async Task without_the_setting_nobody_looks()
    {
        await using var quiet = new ChatServer();
        await quiet.InitializeAsync();
        Assert.DoesNotContain(quiet.Get<IEnumerable<IProjection>>(), static projection => projection.Model.Name == "previews");
    }

    sealed class PreviewingServer(IInternet internet) : ChatServer
    {
        protected override IEnumerable<(string Name, string Value)> More => [("Previews:Enabled", "true")];

        protected override void Replace(IServiceCollection services) => services.AddSingleton(internet);
    }
}
