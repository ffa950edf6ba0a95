using System.Collections.Concurrent;
using System.Text.Json;
using Chat.Testing;

namespace Chat.Tests.EndToEnd;

/// <summary>
/// Nothing acknowledged is lost, doubled or changed, however often the server is killed while people write: what clients know of is compared
/// with the log, the history, the inbox and what another person's device holds.
/// </summary>
public class CrashTests(ITestOutputHelper output)
{
    const int Kills = 4;
    const int Writers = 4;
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    readonly ConcurrentDictionary<Guid, string> attempted = new();
    readonly ConcurrentDictionary<Guid, Message> acknowledged = new();
    readonly ConcurrentDictionary<Guid, string> refused = new();
    readonly ConcurrentBag<Guid> misacknowledged = [];
    readonly ConcurrentQueue<Guid> unknown = new();
    string position = "0";

    [Fact]
    public async Task killed_while_people_write_it_keeps_every_acknowledged_message_once()
    {
        var seed = Environment.GetEnvironmentVariable("CHAT_TEST_SEED") is { } given ? int.Parse(given, null) : Random.Shared.Next();
        output.WriteLine($"seed {seed} (CHAT_TEST_SEED repeats it)");
        var random = new Random(seed);
        await using var database = await TestDatabase.Create();
        await using var app = await Launch(database.ConnectionString);
        await app.Start();
        using var http = new HttpClient { BaseAddress = app.Address };
        var (anna, ben) = (await Person.Register(http), await Person.Register(http));
        var conversation = await anna.Start(ben.Id);
        var listener = new Listener(ben, conversation);

        for (var round = 0; round < Kills; round++)
        {
            await listener.Connect(app);
            await WriteUntilKilled(app, anna, conversation, afterAcks: random.Next(30, 200));
            await app.Start();
        }
        await listener.Connect(app);
        await Finish(app, anna, conversation);

        var stored = await anna.History(conversation, position);
        await listener.Until(stored[^1].Sequence);
        output.WriteLine($"{attempted.Count} attempted, {acknowledged.Count} acknowledged, {refused.Count} refused, {stored.Count} stored, {listener.WireDuplicates} wire duplicates");

        Assert.NotEmpty(acknowledged);
        Assert.Empty(acknowledged.Values.Except(stored)); // lost, or other than acknowledged
        Assert.Empty(misacknowledged);
        Assert.DoesNotContain(stored, message => !attempted.ContainsKey(message.ClientId)); // unexpected
        Assert.DoesNotContain(stored, message => refused.ContainsKey(message.ClientId)); // ghost
        Assert.Equal(stored.Count, stored.DistinctBy(static message => message.ClientId).Count()); // duplicated
        Assert.Equal(stored, listener.Messages); // the other person's device: all of it, in one order, without a hole
        Assert.Equal(stored.Count, await ben.Unread(conversation, position));
        await AssertLogHolds(database, conversation, stored.Count);
    }

    private protected virtual Task<AppProcess> Launch(string database) => Task.FromResult(new AppProcess(database));

    async Task WriteUntilKilled(AppProcess app, Person author, Guid conversation, int afterAcks)
    {
        await using var device = await Device.Connect(app, author);
        var killAt = acknowledged.Count + afterAcks;
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var writers = Enumerable.Range(0, Writers).Select(_ => Task.Run(async () =>
        {
            while (await TrySend(device, conversation, unknown.TryDequeue(out var open) ? open : Guid.NewGuid()))
            {
                if (acknowledged.Count >= killAt) reached.TrySetResult();
            }
        }, Ct)).ToList();
        await reached.Task.WaitAsync(Deadline, Ct);
        await app.Kill();
        await Task.WhenAll(writers).WaitAsync(Deadline, Ct);
    }

    /// <summary>Repeats all that was left open, and a few that were acknowledged long ago.</summary>
    async Task Finish(AppProcess app, Person author, Guid conversation)
    {
        await using var device = await Device.Connect(app, author);
        foreach (var id in acknowledged.Keys.Take(20).Concat(unknown).ToList()) Assert.True(await TrySend(device, conversation, id));
    }

    /// <summary>False when the connection broke: then nobody knows what became of the message.</summary>
    async Task<bool> TrySend(Device device, Guid conversation, Guid id)
    {
        var text = attempted.GetOrAdd(id, static id => $"text of {id}");
        JsonElement reply;
        try
        {
            reply = await device.Send(conversation, id, text);
        }
        catch (Exception fault) when (fault is not Xunit.Sdk.XunitException)
        {
            unknown.Enqueue(id);
            return false;
        }
        if (!reply.GetProperty("ok").GetBoolean())
        {
            // "later" is no answer about this message; anything else is a no
            if (reply.TryGetProperty("retryAfterMs", out _)) unknown.Enqueue(id);
            else refused[id] = reply.GetProperty("code").GetString()!;
            return true;
        }
        var message = new Message(id, reply.GetProperty("messageId").GetGuid(), reply.GetProperty("sequence").GetInt64(), text);
        if (acknowledged.GetOrAdd(id, message) != message) misacknowledged.Add(id); // two acknowledgements of one message must agree
        position = reply.GetProperty("position").GetString()!;
        return true;
    }

    private protected virtual Task<List<LoggedEvent>> ReadLog(TestDatabase database) => EventStore.ReadAll(database);

    async Task AssertLogHolds(TestDatabase database, Guid conversation, int messages)
    {
        var stream = $"conversation-{conversation:N}";
        var events = (await ReadLog(database)).Where(e => e.Stream == stream).ToList();
        Assert.Equal(messages, events.Count(static e => e.Type == "message-sent.v1"));
        Assert.Equal(Enumerable.Range(0, events.Count).Select(static i => (long)i), events.Select(static e => e.Revision)); // revisions 0 … n-1
        Assert.Equal(events.Count, events.DistinctBy(static e => e.Id).Count()); // ids once each
    }
}
