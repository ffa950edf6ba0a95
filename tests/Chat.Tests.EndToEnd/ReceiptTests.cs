using System.Text.Json;
using Microsoft.AspNetCore.SignalR.Client;

namespace Chat.Tests.EndToEnd;

public sealed class ReceiptTests(RunningApp running) : IClassFixture<RunningApp>
{
    readonly AppProcess app = running.OrSkip();
    readonly HttpClient http = running.Http;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static bool Tells(Device device, Person of, string field, long upTo) => device.Told(of.Id, field) == upTo;

    [Fact]
    public async Task receipts_reach_the_senders_devices_and_the_readers_own_and_nobody_else()
    {
        var (anna, ben, carl) = (await Person.Register(http), await Person.Register(http), await Person.Register(http));
        var conversation = await anna.Start(ben.Id, carl.Id);
        await using var phone = await Device.Connect(app, anna);
        await using var laptop = await Device.Connect(app, anna);
        await using var his = await Device.Connect(app, ben);
        await using var hisOther = await Device.Connect(app, ben);
        await using var carls = await Device.Connect(app, carl);
        var sequence = (await phone.Send(conversation, Guid.NewGuid(), "hello")).GetProperty("sequence").GetInt64();

        Assert.True((await his.Acknowledge(conversation, sequence)).GetProperty("ok").GetBoolean());
        Device[] concerned = [phone, laptop, hisOther];
        foreach (var device in concerned) await device.Until(it => Tells(it, ben, "delivered", sequence));
        Assert.True((await his.Read(conversation, sequence)).GetProperty("ok").GetBoolean());
        foreach (var device in concerned) await device.Until(it => Tells(it, ben, "read", sequence));

        // in order: once Anna hears of Carl, Carl has heard whatever there was for him of Ben
        await carls.Read(conversation, sequence);
        await phone.Until(it => Tells(it, carl, "read", sequence));
        await carls.Until(it => Tells(it, carl, "read", sequence));
        Assert.DoesNotContain(carls.Receipts, receipt => receipt.GetProperty("userId").GetGuid() == ben.Id);
    }

    [Fact]
    public async Task hidden_reading_is_not_pushed()
    {
        var (anna, ben) = (await Person.Register(http), await Person.Register(http));
        var conversation = await anna.Start(ben.Id);
        await ben.HideReadReceipts();
        await using var hers = await Device.Connect(app, anna);
        await using var his = await Device.Connect(app, ben);
        var sequence = (await hers.Send(conversation, Guid.NewGuid(), "hello")).GetProperty("sequence").GetInt64();
        await his.Read(conversation, sequence);
        await hers.Until(it => Tells(it, ben, "delivered", sequence));
        Assert.Null(hers.Told(ben.Id, "read"));
    }

    [Fact]
    public async Task a_bad_receipt_is_answered_with_a_code_and_the_connection_stays()
    {
        var (anna, stranger) = (await Person.Register(http), await Person.Register(http));
        var conversation = await anna.Start();
        await using var device = await Device.Connect(app, anna);
        await using var other = await Device.Connect(app, stranger);
        foreach (var method in new[] { "Acknowledge", "Read" })
        {
            foreach (var bad in new object[]
            {
                "text", new { conversationId = conversation }, new { upTo = 1 }, new { conversationId = conversation, upTo = "1" },
                new { conversationId = conversation, upTo = 1.5 }, new { conversationId = "x", upTo = 1 }, new { conversationId = conversation, upTo = 1, more = 1 },
            })
            {
                Assert.Equal("invalid_argument", (await device.Connection.InvokeAsync<JsonElement>(method, bad, Ct)).GetProperty("code").GetString());
            }
            foreach (var beyond in new[] { 99, -1, long.MaxValue, long.MinValue })
            {
                var refused = await device.Connection.InvokeAsync<JsonElement>(method, new { conversationId = conversation, upTo = beyond }, Ct);
                Assert.Equal("sequence_out_of_range", refused.GetProperty("code").GetString());
            }
            var outside = await other.Connection.InvokeAsync<JsonElement>(method, new { conversationId = conversation, upTo = 0 }, Ct);
            Assert.Equal("conversation_not_found", outside.GetProperty("code").GetString());
        }
        Assert.True((await device.Read(conversation, 1)).GetProperty("ok").GetBoolean());
    }

    [Fact]
    public async Task over_MessagePack_receipts_are_the_same()
    {
        var anna = await Person.Register(http);
        var conversation = await anna.Start();
        await using var device = await PackedDevice.Connect(app, anna);
        Assert.True((await device.Call("Read", new() { ["conversationId"] = conversation.ToString(), ["upTo"] = 1L })).Ok);
        Assert.Equal("sequence_out_of_range", (await device.Call("Read", new() { ["conversationId"] = conversation.ToString(), ["upTo"] = 99L })).Code);
        Assert.Equal("invalid_argument", (await device.Call("Acknowledge", new() { ["conversationId"] = conversation.ToString(), ["upTo"] = "much" })).Code);
        Assert.Equal("invalid_argument", (await device.Call("Acknowledge", new() { ["conversationId"] = new byte[] { 1, 2 }, ["upTo"] = 1L })).Code);
    }
}
