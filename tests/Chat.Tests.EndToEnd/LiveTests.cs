using System.Text;
using System.Text.Json;
using Chat.Domain;
using Chat.Testing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;

namespace Chat.Tests.EndToEnd;

/// <summary>What connected devices see, wherever the log is.</summary>
public abstract class LiveTests(RunningApp running)
{
    readonly AppProcess app = running.OrSkip();
    readonly HttpClient http = running.Http;
    readonly TestDatabase database = running.Database;

    [Fact]
    public async Task every_device_of_every_member_gets_all_messages_in_one_order()
    {
        var (anna, ben) = (await Person.Register(http), await Person.Register(http));
        var conversation = await anna.Start(ben.Id);
        await using var phone = await Device.Connect(app, anna);
        await using var laptop = await Device.Connect(app, anna);
        await using var other = await Device.Connect(app, ben);
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => (i % 2 == 0 ? phone : other).Send(conversation, Guid.NewGuid(), $"message {i}")));

        Device[] all = [phone, laptop, other];
        foreach (var device in all) await device.Until(static it => it.MessageSequences.Count >= 40);

        Assert.All(all, device => Assert.Equal(phone.MessageSequences.Order(), device.MessageSequences));
        Assert.Equal(40, phone.MessageSequences.Distinct().Count());
        // how the conversation began is pushed to those who were connected by then
        Assert.All(all, device => Assert.Equal(Said(phone), Said(device)));

        static IEnumerable<string?> Said(Device device) => device.Entries.Select(Text).Where(static text => text is not null);
    }

    [Fact]
    public async Task an_inbox_that_stands_still_keeps_no_message_from_being_pushed()
    {
        var (anna, ben) = (await Person.Register(http), await Person.Register(http));
        var conversation = await anna.Start(ben.Id);
        await using var hers = await Device.Connect(app, anna);
        await using var his = await Device.Connect(app, ben);
        await Stand("now()");
        try
        {
            await hers.Send(conversation, Guid.NewGuid(), "hello");
            await his.Until(static it => it.MessageSequences.Count == 1);
        }
        finally
        {
            await Stand("null");
        }

        Task Stand(string since) => database.Execute($"update read.checkpoints set paused_at = {since} where projection = 'inbox'");
    }

    [Fact]
    public async Task a_removed_member_hears_of_the_removal_and_of_nothing_after_it()
    {
        var (anna, ben) = (await Person.Register(http), await Person.Register(http));
        var conversation = await anna.Start(ben.Id);
        var second = await anna.Start(ben.Id);
        await using var hers = await Device.Connect(app, anna);
        await using var his = await Device.Connect(app, ben);
        await hers.Send(conversation, Guid.NewGuid(), "before");
        await his.Until(static it => it.MessageSequences.Count == 1);
        await anna.Remove(conversation, ben.Id);
        await hers.Send(conversation, Guid.NewGuid(), "after");
        await hers.Send(second, Guid.NewGuid(), "elsewhere"); // pushed in log order: once it is here, the one before would be, too
        await his.Until(static it => it.MessageSequences.Count >= 2);

        var last = his.Entries.Where(e => e.GetProperty("conversationId").GetGuid() == conversation).Last();
        Assert.Equal("memberRemoved", last.GetProperty("type").GetString());
    }

    [Fact]
    public async Task after_a_cut_a_device_gets_what_it_missed_and_nothing_twice()
    {
        var (anna, ben) = (await Person.Register(http), await Person.Register(http));
        var conversation = await anna.Start(ben.Id);
        await using var hers = await Device.Connect(app, anna);
        long last;
        await using (var his = await Device.Connect(app, ben))
        {
            for (var i = 0; i < 5; i++) await hers.Send(conversation, Guid.NewGuid(), $"before {i}");
            await his.Until(static it => it.MessageSequences.Count == 5);
            last = his.MessageSequences[^1];
        }
        for (var i = 0; i < 5; i++) await hers.Send(conversation, Guid.NewGuid(), $"meanwhile {i}");
        await hers.Until(static it => it.MessageSequences.Count == 10);

        await using var again = await Device.Connect(app, ben);
        var resumed = await again.Resume(conversation, last);
        Assert.True(resumed.GetProperty("recovered").GetBoolean());
        Assert.Equal(Enumerable.Range(0, 5).Select(i => $"meanwhile {i}"), resumed.GetProperty("entries").EnumerateArray().Select(Text));

        var elsewhere = await again.Resume(conversation, last, epoch: Guid.NewGuid().ToString());
        Assert.False(elsewhere.GetProperty("recovered").GetBoolean());
        Assert.Equal(last + 5, elsewhere.GetProperty("head").GetInt64());
        Assert.Equal("conversation_not_found", (await again.Resume(Guid.NewGuid(), 0)).GetProperty("code").GetString());
    }

    [Fact]
    public async Task a_push_that_is_lost_is_noticed_by_the_next_heartbeat()
    {
        var (anna, ben) = (await Person.Register(http), await Person.Register(http));
        var conversation = await anna.Start(ben.Id);
        var listener = new Listener(ben, conversation) { Loses = static entry => Text(entry) == "lost" };
        await listener.Connect(app);
        await using var hers = await Device.Connect(app, anna);
        await hers.Send(conversation, Guid.NewGuid(), "arrives");
        var last = (await hers.Send(conversation, Guid.NewGuid(), "lost")).GetProperty("sequence").GetInt64();

        await listener.Until(last).WaitAsync(TimeSpan.FromSeconds(10), Ct); // nothing follows it that would show the gap
        Assert.Equal(["arrives", "lost"], listener.Messages.Select(static message => message.Text!));
    }

    [Fact]
    public async Task a_revoked_device_is_cut_within_seconds()
    {
        var anna = await Person.Register(http);
        await using var device = await Device.Connect(app, anna);
        await anna.RevokeDevices();

        Assert.Equal("revoked", await device.SentAway().WaitAsync(TimeSpan.FromSeconds(10), Ct));
    }

    [Fact]
    public async Task nobody_connects_without_a_token()
    {
        await using var connection = new HubConnectionBuilder().WithUrl(new Uri(app.Address, "v1/live")).Build();
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => connection.StartAsync(Ct));
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Fact]
    public async Task over_MessagePack_text_that_is_no_UTF8_is_refused_and_all_else_is_the_same()
    {
        var anna = await Person.Register(http);
        var conversation = await anna.Start();
        await using var device = await PackedDevice.Connect(app, anna);

        Assert.True((await device.Send(conversation, Encoding.UTF8.GetBytes("Grüße 👋"))).Ok);
        Assert.Equal("Grüße 👋", await device.FirstText.WaitAsync(TimeSpan.FromSeconds(10), Ct));
        Assert.Equal("invalid_argument", (await device.Send(conversation, [0x68, 0x69, 0xFF, 0xFE])).Code);
        Assert.Equal("text_empty", (await device.Send(conversation, Encoding.UTF8.GetBytes("\u200B"))).Code);
        Assert.True((await device.Send(conversation, Encoding.UTF8.GetBytes("still here"))).Ok);
    }

    [Fact]
    public async Task files_are_sent_and_told_over_the_socket_in_either_protocol()
    {
        var anna = await Person.Register(http);
        var (conversation, photo, paper) = (await anna.Start(), new FileId(Guid.NewGuid()), new FileId(Guid.NewGuid()));
        await UploadedFiles.Add(database, new(anna.Id), new(photo, "Grüße.png", "image/png", 1_234, new(640, 480, "#a0b1c2")));
        await UploadedFiles.Add(database, new(anna.Id), new(paper, "paper.pdf", "application/pdf", 2_000));
        await using var device = await Device.Connect(app, anna);
        await using var packed = await PackedDevice.Connect(app, anna);

        var sent = await device.Connection.InvokeAsync<JsonElement>(
            "Send", new { conversationId = conversation, clientMessageId = Guid.NewGuid(), text = "", attachments = new[] { photo.Value } }, Ct);
        Assert.True(sent.GetProperty("ok").GetBoolean());
        await device.Until(static it => it.MessageSequences.Count == 1);
        var data = device.Entries.Single(static entry => entry.GetProperty("type").GetString() == "messageSent").GetProperty("data");
        Assert.Equal("image", data.GetProperty("type").GetString());
        var attachment = Assert.Single(data.GetProperty("attachments").EnumerateArray());
        Assert.Equal((photo.Value, 640), (attachment.GetProperty("id").GetGuid(), attachment.GetProperty("image").GetProperty("width").GetInt32()));

        Dictionary<string, object> request = new()
        {
            ["conversationId"] = $"{conversation}", ["clientMessageId"] = $"{Guid.NewGuid()}", ["text"] = "look", ["attachments"] = new[] { $"{paper}" },
        };
        Assert.True((await packed.Call("Send", request)).Ok);
        Assert.Equal("", await packed.FirstText.WaitAsync(TimeSpan.FromSeconds(10), Ct)); // of the first message, with its files beside it
        request["clientMessageId"] = $"{Guid.NewGuid()}";
        Assert.Equal("file_already_sent", (await packed.Call("Send", request)).Code);
    }

    static string? Text(JsonElement entry) => entry.GetProperty("data").TryGetProperty("text", out var text) ? text.GetString() : null;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task bad_input_is_answered_with_a_code_and_the_connection_stays()
    {
        var anna = await Person.Register(http);
        var conversation = await anna.Start();
        await using var device = await Device.Connect(app, anna);

        Assert.False((await device.Send(Guid.NewGuid(), Guid.NewGuid(), "nowhere")).GetProperty("ok").GetBoolean());
        Assert.False((await device.Send(conversation, Guid.NewGuid(), "")).GetProperty("ok").GetBoolean());
        foreach (var bad in new object[]
        {
            new { conversationId = 7 }, "text", new { conversationId = conversation, clientMessageId = Guid.NewGuid() },
            new { conversationId = conversation, clientMessageId = Guid.NewGuid(), text = "x", unknown = 1 },
        })
        {
            var malformed = await device.Connection.InvokeAsync<JsonElement>("Send", bad, Ct);
            Assert.Equal("invalid_argument", malformed.GetProperty("code").GetString());
        }
        await Assert.ThrowsAsync<HubException>(() => device.Connection.InvokeAsync("NoSuchMethod", Ct));
        await Assert.ThrowsAsync<HubException>(() => device.Connection.InvokeAsync("OnConnectedAsync", Ct));

        Assert.True((await device.Send(conversation, Guid.NewGuid(), "still here")).GetProperty("ok").GetBoolean());
    }
}

public sealed class LiveOnPostgresTests(RunningApp running) : LiveTests(running), IClassFixture<RunningApp>;
