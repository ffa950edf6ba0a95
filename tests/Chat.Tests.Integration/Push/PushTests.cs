using Chat.Domain.Conversations;
using Chat.Infrastructure.Push;
using Chat.Testing;
using Chat.Tests.Integration.Api;

namespace Chat.Tests.Integration.Push;

/// <summary>From a message to the device of somebody who is away: over REST, the log, the projection, durable messages and a push service.</summary>
public sealed class PushTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task who_is_away_is_told_once()
    {
        await using var people = await PushedPeople.Start();
        var sent = await people.Say("hello");
        await people.Service.Arrival();
        await people.Settled();

        var request = Assert.Single(people.Service.Requests);
        Assert.Equal($"{people.Room:N}", request.Headers["Topic"]);
        var told = people.Browser.Read(request.Body);
        Assert.Equal(sent["id"].GetGuid(), told.GetProperty("message").GetGuid());
        Assert.Equal("Room", told.GetProperty("title").GetString());
        Assert.Equal($"{people.Ann.Username}: hello", told.GetProperty("text").GetString());
        Assert.Equal(1, told.GetProperty("badge").GetInt64());
    }

    [Fact]
    public async Task a_picture_without_words_is_told_as_what_it_is()
    {
        await using var people = await PushedPeople.Start();
        var photo = new Attachment(new(Guid.NewGuid()), "photo.png", "image/png", 1_000, new(640, 480, "#a0b1c2"));
        await UploadedFiles.Add(people.Server.Database, new(people.Ann.Id), photo);
        (await people.Ann.Post($"/v1/conversations/{people.Room}/messages", new { clientMessageId = Guid.NewGuid(), text = "", attachments = new[] { photo.File.Value } })).Is(201);
        await people.Service.Arrival();
        await people.Settled();
        var told = people.Browser.Read(Assert.Single(people.Service.Requests).Body);
        Assert.Equal((people.Ann.Username, "image"), (told.GetProperty("text").GetString(), told.GetProperty("type").GetString()));
    }

    [Fact]
    public async Task each_device_is_told_by_its_own_provider()
    {
        await using var people = await PushedPeople.Start();
        var phone = await Person.LogIn(people.Server, people.Bob.Username);
        (await phone.Put($"/v1/devices/{phone.Session.Text("deviceId")}/push", new { fcm = new { token = "phone" } })).Is(204);
        await people.Say("hello");
        await people.Service.Arrival();
        await people.Settled();
        var (target, notification) = Assert.Single(people.Fcm.Sent);
        Assert.Equal("phone", target.Address);
        Assert.Equal($"{notification.CollapseKey}", Assert.Single(people.Service.Requests).Headers["Topic"]);
    }

    [Fact]
    public async Task between_checkpoint_and_delivery_a_push_outlives_the_server()
    {
        await using var people = await PushedPeople.Start(TimeSpan.FromSeconds(4));
        await people.Say("hello");
        Assert.Equal(1, await people.Count("select count(*) from messages.wolverine_incoming_envelopes"));
        await people.Restart();
        Assert.Equal(1, await people.Count("select count(*) from messages.wolverine_incoming_envelopes where message_type like '%NotifyMembers'"));
        await people.Service.Arrival();
        await people.Settled();
        Assert.Single(people.Service.Requests);
    }

    [Fact]
    public async Task what_was_said_before_pushes_were_first_run_is_not_pushed()
    {
        await using var people = await PushedPeople.Start();
        await people.Say("hello");
        await people.Service.Arrival();
        await people.Settled();
        await people.Server.Database.Execute("delete from read.checkpoints where projection = 'notifications'; drop schema notifications_v1");
        await people.Restart();
        await people.Say("again");
        await people.Service.Arrival();
        await people.Settled();
        Assert.Equal(["hello", "again"], people.Service.Requests.Select(request => people.Browser.Read(request.Body).GetProperty("text").GetString()!.Split(": ")[1]));
    }

    [Fact]
    public async Task who_is_no_longer_concerned_is_not_told()
    {
        await using var people = await PushedPeople.Start(TimeSpan.FromSeconds(2));
        var (deleted, room) = (await people.Say("deleted"), $"/v1/conversations/{people.Room}");
        (await people.Ann.Delete($"{room}/messages/{deleted["id"].GetGuid()}")).Is(200);

        var read = await people.Say("read");
        people.Receipts.Set(people.Room, new(people.Bob.Id, read["sequence"].GetInt64(), read["sequence"].GetInt64()));

        var shown = await people.Say("shown");
        people.Receipts.Set(people.Room, new(people.Bob.Id, shown["sequence"].GetInt64(), read["sequence"].GetInt64()));
        people.Connections.Connect(people.Bob.Id, Guid.Parse(people.Bob.Session.Text("deviceId")!));
        await people.Settled();
        people.Connections.Disconnect(Guid.Parse(people.Bob.Session.Text("deviceId")!));

        await people.Say("muted");
        (await people.Bob.Patch($"/v1/inbox/{people.Room}", new { muted = true })).Is(200);
        await people.Settled();
        await people.Say("muted before");
        (await people.Bob.Patch($"/v1/inbox/{people.Room}", new { muted = false })).Is(200);
        await people.Decided();

        await people.Say("removed");
        (await people.Ann.Delete($"{room}/members/{people.Bob.Id}")).Is(200);
        await people.Settled();
        Assert.Empty(people.Service.Requests);

        (await people.Ann.Put($"{room}/members/{people.Bob.Id}")).Is(200); // and with nothing in the way
        await people.Say("told");
        await people.Service.Arrival();
        Assert.Single(people.Service.Requests);
    }

    [Fact]
    public async Task a_busy_provider_is_tried_again_and_a_rejected_target_never()
    {
        await using var people = await PushedPeople.Start();
        people.Service.Then(new ProviderAnswer(503, RetryAfter: 1), new ProviderAnswer(201), new ProviderAnswer(410));
        await people.Say("later");
        await people.Service.Arrival();
        await people.Service.Arrival();
        Assert.Single(people.Service.Requests.Select(static request => request.Headers["Topic"]).Distinct());

        await people.Say("gone");
        await people.Service.Arrival();
        await people.Settled();
        await people.Say("nobody there");
        await people.Settled();
        Assert.Equal(3, people.Service.Requests.Count);
        Assert.Equal(0, await people.Count("select count(*) from push.targets"));
    }

    [Fact]
    public async Task what_a_provider_refuses_is_laid_aside_and_sent_when_an_operator_says_so()
    {
        await using var people = await PushedPeople.Start();
        people.Service.Then(new ProviderAnswer(400));
        await people.Say("hello");
        await people.Service.Arrival();
        await people.Settled();

        var letters = people.Server.Get<PushDeadLetters>();
        var dead = Assert.Single(await letters.List(10, Ct));
        Assert.Equal(("400", people.Room), (dead.Why, dead.Conversation));
        await letters.Retry(dead.Id, Ct);
        await people.Service.Arrival();
        await people.Settled();
        Assert.Empty(await letters.List(10, Ct));
    }

    [Fact]
    public async Task hidden_content_leaves_no_trace_in_a_push()
    {
        await using var people = await PushedPeople.Start(also: ("Push:HideContent", "true"));
        await people.Say("secret");
        await people.Service.Arrival();
        var told = people.Browser.Read(people.Service.Requests.Single().Body);
        Assert.Equal("New message", told.GetProperty("title").GetString());
        Assert.DoesNotContain("secret", told.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain(people.Ann.Username, told.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_device_that_logged_out_is_told_nothing()
    {
        await using var people = await PushedPeople.Start();
        (await people.Bob.Delete("/v1/sessions/current")).Is(204);
        await people.Say("hello");
        await people.Settled();
        Assert.Empty(people.Service.Requests);
        Assert.Equal(0, await people.Count("select count(*) from push.targets"));
    }

    [Fact]
    public async Task a_browser_that_changed_hands_is_told_only_for_whom_it_is_now()
    {
        await using var people = await PushedPeople.Start();
        var eve = await people.Server.Person();
        (await people.Ann.Put($"/v1/conversations/{people.Room}/members/{eve.Id}")).Is(200);
        var before = await people.Server.Get<Chat.Application.Push.IPushTargets>().Of([new(people.Bob.Id)], Ct);
        var same = (Chat.Application.Push.PushTarget.WebPush)Assert.Single(before).Target;
        (await eve.Put($"/v1/devices/{eve.Session.Text("deviceId")}/push", new
        {
            webPush = new { endpoint = same.Endpoint, keys = new { p256dh = same.P256dh, auth = same.Auth } },
        })).Is(204);
        await people.Say("hello");
        await people.Service.Arrival();
        await people.Settled();
        Assert.Single(people.Service.Requests);
    }
}
