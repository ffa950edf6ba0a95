using System.Collections.Concurrent;
using System.Text.Json;
using Chat.Testing;

namespace Chat.Tests.EndToEnd;

/// <summary>Nothing acknowledged is lost, doubled or changed, however often the server is killed while people write.</summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    const int Rounds = 3;
    const int Writers = 4;

    [Fact]
    public async Task Killed_while_people_write_it_keeps_every_acknowledged_message_once()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var database = await TestDatabase.Create();
        await using var app = new AppProcess(database.ConnectionString);
        await app.Start();
        using var http = new HttpClient { BaseAddress = app.Address };
        var anna = await Person.Register(http);
        var conversation = await anna.Start();
        var attempted = new ConcurrentDictionary<Guid, string>();
        var acknowledged = new ConcurrentDictionary<Guid, Message>();
        var last = "";

        var unfinished = new ConcurrentQueue<Guid>();
        for (var round = 0; round <= Rounds; round++)
        {
            var killAt = round == Rounds ? int.MaxValue : acknowledged.Count + random.Next(50, 150);
            var more = round == Rounds ? 20 : int.MaxValue; // the last round ends by itself and repeats all that was left open
            await using var device = await Device.Connect(app, anna);
            using var reached = new SemaphoreSlim(0);
            var writers = Enumerable.Range(0, Writers).Select(_ => Task.Run(async () =>
            {
                for (var sent = 0; sent < more || !unfinished.IsEmpty; sent++)
                {
                    if (!unfinished.TryDequeue(out var id)) id = Guid.NewGuid();
                    var text = attempted.GetOrAdd(id, static id => $"text of {id}");
                    JsonElement reply;
                    try
                    {
                        reply = await device.Send(conversation, id, text);
                    }
                    catch (Exception fault) when (round < Rounds && fault is not Xunit.Sdk.XunitException)
                    {
                        unfinished.Enqueue(id); // unknown whether it was stored
                        return;
                    }
                    Assert.True(reply.GetProperty("ok").GetBoolean(), reply.ToString());
                    acknowledged[id] = new(id, reply.GetProperty("messageId").GetGuid(), reply.GetProperty("sequence").GetInt64(), text);
                    last = reply.GetProperty("position").GetString()!;
                    if (acknowledged.Count >= killAt) reached.Release();
                }
            })).ToArray();
            if (round < Rounds)
            {
                await Task.WhenAny(reached.WaitAsync(), Task.WhenAll(writers)).WaitAsync(TimeSpan.FromSeconds(60));
                await app.Kill();
                await Task.WhenAll(writers);
                await app.Start();
            }
            else
            {
                await Task.WhenAll(writers).WaitAsync(TimeSpan.FromSeconds(60));
            }
        }

        var stored = await anna.History(conversation, last);
        output.WriteLine($"{attempted.Count} attempted, {acknowledged.Count} acknowledged, {stored.Count} stored");
        Assert.Equal(stored.Count, stored.DistinctBy(static m => m.ClientId).Count()); // duplicated
        Assert.Empty(stored.Where(m => !attempted.ContainsKey(m.ClientId))); // unexpected
        Assert.Empty(acknowledged.Values.Except(stored)); // lost, or acknowledged as something else
        Assert.Equal(Enumerable.Range(0, stored.Count).Select(i => stored[0].Sequence + i), stored.Select(static m => m.Sequence)); // no hole
    }
}
