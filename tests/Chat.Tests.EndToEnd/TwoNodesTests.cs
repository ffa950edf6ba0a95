namespace Chat.Tests.EndToEnd;

/// <summary>Whatever node a device is on, and whatever becomes of that node, it has everything once and in order.</summary>
public sealed class TwoNodesTests : IAsyncLifetime
{
    // what takes half a minute in earnest takes a moment here
    static readonly Dictionary<string, string> Quick = new()
    {
        ["Presence__Heartbeat"] = "00:00:01", ["Presence__Changes"] = "00:00:00.2",
        ["Live__MaxConnectionsPerUser"] = "100", // what was cut is noticed later than the next one comes
    };

    Nodes nodes = null!;
    HttpClient http = null!;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        nodes = await Nodes.Start(Quick);
        http = new() { BaseAddress = nodes.B.Address };
    }

    public async ValueTask DisposeAsync()
    {
        http?.Dispose();
        if (nodes is not null) await nodes.DisposeAsync();
    }

    [Fact]
    public async Task when_a_node_is_killed_its_devices_go_on_at_the_other_with_nothing_lost_and_nothing_twice()
    {
        var (anna, ben) = (await Person.Register(http), await Person.Register(http));
        var conversation = await anna.Start(ben.Id);
        await using var writer = await Device.Connect(nodes.B, anna);
        var listeners = Enumerable.Range(0, 5).Select(_ => new Listener(ben, conversation)).ToList();
        await Task.WhenAll(listeners.Select(listener => listener.Connect(nodes.A)));

        var writing = Write(writer, conversation, 200);
        await listeners[0].UntilMessages(50);
        await nodes.A.Kill();
        await Task.WhenAll(listeners.Select(listener => listener.Connect(nodes.B)));
        await writing;

        await HaveAll(listeners, anna, conversation, 200);
    }

    [Fact]
    public async Task one_socket_in_ten_cut_again_and_again_while_people_write_loses_nothing()
    {
        var (anna, ben) = (await Person.Register(http), await Person.Register(http));
        var conversation = await anna.Start(ben.Id);
        await using var writer = await Device.Connect(nodes.A, anna);
        var listeners = Enumerable.Range(0, 20).Select(_ => new Listener(ben, conversation)).ToList();
        AppProcess[] apps = [nodes.A, nodes.B];
        await Task.WhenAll(listeners.Select((listener, i) => listener.Connect(apps[i % 2])));

        var writing = Write(writer, conversation, 400);
        for (var cut = 0; !writing.IsCompleted; cut++)
        {
            await Task.WhenAll(listeners.Where((_, i) => i % 10 == cut % 10).Select(listener => listener.Reconnect(apps[cut / 10 % 2])));
        }
        await writing;

        await HaveAll(listeners, anna, conversation, 400);
    }

    [Fact]
    public async Task a_device_that_is_revoked_is_cut_on_whichever_node_it_is()
    {
        var anna = await Person.Register(http);
        await using var here = await Device.Connect(nodes.A, anna);
        await using var there = await Device.Connect(nodes.B, anna);
        await anna.RevokeDevices();

        Assert.Equal(["revoked", "revoked"], await Task.WhenAll(here.SentAway(), there.SentAway()).WaitAsync(TimeSpan.FromSeconds(5), Ct));
    }

    [Fact]
    public async Task people_see_each_other_come_write_and_go_across_nodes_and_messages_do_not_wait_for_Redis()
    {
        var (anna, ben, stranger) = (await Person.Register(http), await Person.Register(http), await Person.Register(http));
        var conversation = await anna.Start(ben.Id);
        await using var hers = await Device.Connect(nodes.A, anna);
        Assert.Equal(["unknown", "unknown"], await hers.Watch(ben.Id, stranger.Id));

        var his = await Device.Connect(nodes.B, ben);
        await using var strangers = await Device.Connect(nodes.B, stranger);
        await hers.Until(it => it.PresenceOf(ben.Id) == "online");
        Assert.True((await his.Typing(conversation)).GetProperty("ok").GetBoolean());
        await hers.Until(it => it.Typists.Contains(ben.Id));
        Assert.Equal("conversation_not_found", (await strangers.Typing(conversation)).GetProperty("code").GetString());
        await his.DisposeAsync();
        await hers.Until(it => it.PresenceOf(ben.Id) == "offline");
        Assert.Equal("unknown", hers.PresenceOf(stranger.Id)); // they share no conversation

        his = await Device.Connect(nodes.B, ben);
        await hers.Until(it => it.PresenceOf(ben.Id) == "online");
        await nodes.Redis.Kill();
        await hers.Until(it => it.PresenceOf(ben.Id) == "unknown");
        Assert.True((await hers.Send(conversation, Guid.NewGuid(), "is Redis there?")).GetProperty("ok").GetBoolean());
        await his.Until(static it => it.MessageSequences.Count == 1);
        Assert.Equal("unknown", (await hers.Watch(ben.Id))[0]);
        await nodes.Redis.Run();
        await hers.Until(it => it.PresenceOf(ben.Id) == "online");
        await his.DisposeAsync();
    }

    [Fact]
    public async Task who_hides_is_seen_by_nobody_and_sees_nobody()
    {
        var (anna, ben) = (await Person.Register(http), await Person.Register(http));
        await anna.Start(ben.Id);
        await ben.HidePresence();
        await using var hers = await Device.Connect(nodes.A, anna);
        await using var his = await Device.Connect(nodes.B, ben);
        await hers.Until(async it => (await it.Watch(anna.Id))[0] == "online"); // so the store knows of both by now

        Assert.Equal("unknown", (await hers.Watch(ben.Id))[0]);
        Assert.Equal("unknown", (await his.Watch(anna.Id))[0]);

        await ben.HidePresence(false);
        await hers.Until(async it => (await it.Watch(ben.Id))[0] == "online");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task who_hides_what_they_read_is_heard_on_the_other_node_at_once_whoever_is_connected_there(bool somebody)
    {
        var (anna, ben) = (await Person.Register(http), await Person.Register(http));
        var conversation = await anna.Start(ben.Id);
        await using var hers = await Device.Connect(nodes.A, anna);
        await using var his = await Device.Connect(nodes.B, ben);
        var first = (await hers.Send(conversation, Guid.NewGuid(), "one")).GetProperty("sequence").GetInt64();
        await his.Read(conversation, first);
        await hers.Until(it => it.Told(ben.Id, "read") == first); // so A knows that he does not hide

        if (!somebody) await hers.DisposeAsync();
        await ben.HideReadReceipts();
        var second = (await his.Send(conversation, Guid.NewGuid(), "the log goes on")).GetProperty("sequence").GetInt64();
        await using var later = await Device.Connect(nodes.A, anna);
        var third = (await later.Send(conversation, Guid.NewGuid(), "two")).GetProperty("sequence").GetInt64();
        Assert.True(third > second);
        await his.Read(conversation, third);
        await later.Until(it => it.Told(ben.Id, "delivered") == third);
        Assert.Null(later.Told(ben.Id, "read"));
    }

    static async Task Write(Device writer, Guid conversation, int messages)
    {
        for (var i = 0; i < messages; i++)
        {
            var reply = await writer.Send(conversation, Guid.NewGuid(), $"message {i}");
            Assert.True(reply.GetProperty("ok").GetBoolean(), reply.ToString());
        }
    }

    static async Task HaveAll(List<Listener> listeners, Person person, Guid conversation, int messages)
    {
        await Task.WhenAll(listeners.Select(listener => listener.UntilMessages(messages))); // what is pushed can be read
        var stored = await person.History(conversation, "0");
        Assert.Equal(messages, stored.Count);
        await Task.WhenAll(listeners.Select(listener => listener.Until(stored[^1].Sequence)));
        Assert.All(listeners, listener => Assert.Equal(stored, listener.Messages));
    }
}
