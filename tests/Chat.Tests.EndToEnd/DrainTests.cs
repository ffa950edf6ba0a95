using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using Chat.Testing;
using Npgsql;

namespace Chat.Tests.EndToEnd;

public sealed class DrainTests
{
    const int Devices = 8;
    static readonly TimeSpan Spread = TimeSpan.FromSeconds(4);

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task told_to_stop_it_answers_what_is_under_way_sends_devices_away_one_by_one_and_ends_well()
    {
        await using var database = await TestDatabase.Create();
        await using var app = new AppProcess(database.ConnectionString, new Dictionary<string, string> { ["Live__DrainSpread"] = Spread.ToString() });
        await app.Start();
        using var http = new HttpClient { BaseAddress = app.Address };
        var anna = await Person.Register(http);
        var token = await anna.Token();
        var conversation = await anna.Start();
        var devices = new List<Device>();
        for (var i = 0; i < Devices; i++) devices.Add(await Device.Connect(app, anna));
        var writing = devices.Select(device => SendUntilLetGo(device, conversation)).ToList();

        var since = Stopwatch.StartNew();
        var ended = app.Terminate(Ct);
        await Task.WhenAll(devices.Select(static device => device.Until(static it => it.Bye is not null)));
        using var ready = await http.GetAsync(new Uri("health/ready", UriKind.Relative), Ct);
        using var newcomer = await Negotiate(http, token);
        var acknowledged = (await Task.WhenAll(writing)).SelectMany(static ids => ids).ToList();
        await Task.WhenAll(devices.Select(static device => device.Closed)).WaitAsync(TimeSpan.FromSeconds(30), Ct);

        Assert.Equal(0, await ended);
        Assert.True(since.Elapsed < TimeSpan.FromSeconds(30), $"{since.Elapsed}");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, newcomer.StatusCode);
        Assert.NotNull(newcomer.Headers.RetryAfter);
        Assert.All(devices, static device => Assert.Equal("draining", device.Bye));
        Assert.Equal(Enumerable.Range(0, Devices).Select(static i => Spread * i / Devices), devices.Select(static device => device.ByeAfter).Order());

        await app.Start();
        Assert.Subset((await anna.History(conversation, "0")).Select(static message => message.ClientId).ToHashSet(), acknowledged.ToHashSet());
        foreach (var device in devices) await device.DisposeAsync();
    }

    [Fact]
    public async Task receipts_taken_just_before_it_was_told_to_stop_are_written_however_long_the_log_takes()
    {
        EventStore.SkipWhereTheLogIsNotInPostgreSql("the log is made to stand still by a lock in PostgreSQL.");
        await using var database = await TestDatabase.Create();
        await using var app = new AppProcess(database.ConnectionString, new Dictionary<string, string> { ["Live__DrainSpread"] = "00:00:00" });
        await app.Start();
        using var http = new HttpClient { BaseAddress = app.Address };
        var (anna, ben) = (await Person.Register(http), await Person.Register(http));
        var conversation = await anna.Start(ben.Id);
        await using var hers = await Device.Connect(app, anna);
        await using var his = await Device.Connect(app, ben);
        var read = (await hers.Send(conversation, Guid.NewGuid(), "one")).GetProperty("sequence").GetInt64();
        var held = (await hers.Send(conversation, Guid.NewGuid(), "two")).GetProperty("sequence").GetInt64();

        Task<int> ended;
        await using (var connection = await database.Source.OpenConnectionAsync(Ct))
        {
            await using var standstill = await connection.BeginTransactionAsync(Ct);
            await using (var command = new NpgsqlCommand("lock table log.events in share mode", connection, standstill)) await command.ExecuteNonQueryAsync(Ct);
            Assert.True((await his.Acknowledge(conversation, held)).GetProperty("ok").GetBoolean());
            await IsHeldUp(database);
            Assert.True((await his.Read(conversation, read)).GetProperty("ok").GetBoolean()); // waits behind it, in this process alone
            ended = app.Terminate(Ct);
            await his.Closed.WaitAsync(TimeSpan.FromSeconds(30), Ct);
            await Assert.ThrowsAsync<TimeoutException>(() => ended.WaitAsync(TimeSpan.FromSeconds(2), Ct)); // all devices are gone, and both wait
        }
        Assert.Equal(0, await ended);

        await app.Start();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        while (await anna.ReceiptsOf(conversation, ben.Id) != (held, read)) await Task.Delay(20, patience.Token); // until it is projected
    }

    [Fact]
    public async Task a_user_or_a_node_with_too_many_sockets_is_told_when_to_come_again()
    {
        await using var database = await TestDatabase.Create();
        await using var app = new AppProcess(database.ConnectionString, new Dictionary<string, string> { ["Live__MaxConnectionsPerUser"] = "1", ["Live__MaxConnections"] = "2" });
        await app.Start();
        using var http = new HttpClient { BaseAddress = app.Address };
        var (anna, ben, cleo) = (await Person.Register(http), await Person.Register(http), await Person.Register(http));
        await using var hers = await Device.Connect(app, anna);
        await IsRefused(http, anna, HttpStatusCode.TooManyRequests, "connection_limit");

        await using (await Device.Connect(app, ben)) await IsRefused(http, cleo, HttpStatusCode.ServiceUnavailable, "node_full");

        var token = await cleo.Token();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        patience.CancelAfter(TimeSpan.FromSeconds(10));
        while (true) // his socket is gone when the server has seen it close
        {
            patience.Token.ThrowIfCancellationRequested();
            using var answer = await Negotiate(http, token);
            if (answer.StatusCode == HttpStatusCode.OK) break;
        }
    }

    /// <summary>Waits until something waits for a lock.</summary>
    static async Task IsHeldUp(TestDatabase database)
    {
        await using var command = database.Source.CreateCommand("select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')");
        while (!(bool)(await command.ExecuteScalarAsync(Ct))!) await Task.Delay(20, Ct);
    }

    // as an app does it: after "draining" it writes no more here
    static async Task<List<Guid>> SendUntilLetGo(Device device, Guid conversation)
    {
        var acknowledged = new List<Guid>();
        while (true)
        {
            var id = Guid.NewGuid();
            var reply = await device.Send(conversation, id, "under way"); // throws when it is left without an answer
            if (reply.GetProperty("ok").GetBoolean())
            {
                acknowledged.Add(id);
                continue;
            }
            Assert.Equal("draining", reply.GetProperty("code").GetString());
            return acknowledged;
        }
    }

    static async Task IsRefused(HttpClient http, Person person, HttpStatusCode status, string code)
    {
        using var answer = await Negotiate(http, await person.Token());
        Assert.Equal(status, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.Contains($"\"{code}\"", await answer.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
    }

    static async Task<HttpResponseMessage> Negotiate(HttpClient http, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/live/negotiate?negotiateVersion=1");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await http.SendAsync(request, Ct);
    }
}
