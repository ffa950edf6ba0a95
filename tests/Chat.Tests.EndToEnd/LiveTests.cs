using Microsoft.AspNetCore.SignalR.Client;
using System.Text.Json;
using Chat.Testing;

namespace Chat.Tests.EndToEnd;

public sealed class LiveTests : IAsyncLifetime
{
    TestDatabase database = null!;
    AppProcess app = null!;
    HttpClient http = null!;

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.Create();
        app = new(database.ConnectionString);
        await app.Start();
        http = new() { BaseAddress = app.Address };
    }

    public async ValueTask DisposeAsync()
    {
        http?.Dispose();
        if (app is not null) await app.DisposeAsync();
        if (database is not null) await database.DisposeAsync();
    }

    [Fact]
    public async Task Every_device_of_every_member_gets_all_messages_in_one_order()
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
    }

    [Fact]
    public async Task A_removed_member_hears_of_the_removal_and_of_nothing_after_it()
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
    public async Task Bad_input_is_answered_with_a_code_and_the_connection_stays()
    {
        var anna = await Person.Register(http);
        var conversation = await anna.Start();
        await using var device = await Device.Connect(app, anna);

        Assert.False((await device.Send(Guid.NewGuid(), Guid.NewGuid(), "nowhere")).GetProperty("ok").GetBoolean());
        Assert.False((await device.Send(conversation, Guid.NewGuid(), "")).GetProperty("ok").GetBoolean());
        var malformed = await device.Connection.InvokeAsync<JsonElement>("Send", new { conversationId = 7 });
        Assert.Equal("invalid_argument", malformed.GetProperty("code").GetString());

        Assert.True((await device.Send(conversation, Guid.NewGuid(), "still here")).GetProperty("ok").GetBoolean());
    }
}
