using System.Globalization;
using System.Text.Json;
using Chat.Application.Log;
using Chat.Application.Search;
using Chat.Domain;
using Chat.Domain.Conversations;
using Chat.Infrastructure.ReadModels;
using Chat.Testing;
using Chat.Tests.Integration.Projections;

namespace Chat.Tests.Integration.Search;

/// <summary>What becomes of search, and of everything else, when a real engine dies, or will not have us.</summary>
public sealed class ElasticFaultTests(OwnEngine engine) : IClassFixture<OwnEngine>
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static async Task<SearchPage> Find(ReadSide chat, UserId reader, string text) =>
        (await chat.Get<MemberSearch>().Find(reader, null, SearchQueryParser.Parse(text).Query, SearchOrder.Newest, null, 100, Ct))!;

    [Fact]
    public async Task killed_in_the_middle_of_its_work_it_has_every_message_once_afterwards()
    {
        const int messages = 3_000;
        await using var index = engine.Index();
        var database = await TestDatabase.Create();
        var before = await ReadSide.Start(database, runners: false, settings: engine.Settings(index));
        var (ann, room) = await Fill(before, messages);
        var head = await before.Get<IEventLog>().Head(Ct);
        await before.Stop();

        await using var chat = await ReadSide.Start(database, settings: engine.Settings(index));
        var progress = chat.Get<ReadModelProgress>();
        var killedAt = await progress.Reach(new LogPosition(1), ["search_index"], Ct);
        await engine.Kill();
        Assert.True(killedAt < head, "It was through before it was killed.");
        await engine.Restart();
        await chat.Settled();

        Assert.Equal(messages, await index.Count());
        Assert.Equal((messages, 1), ((await Find(chat, ann, "numbered")).Total, (await Find(chat, ann, $"\"numbered {messages - 1} words\"")).Total));
    }

    [Fact]
    public async Task while_it_is_away_messages_are_sent_and_afterwards_all_is_caught_up()
    {
        await using var index = engine.Index();
        await using var chat = await ReadSide.Start(settings: engine.Settings(index));
        var ann = await chat.Register("ann");
        var room = await chat.Start(ann);
        var edited = await chat.Send(room, ann, "elderberries, as they were");
        var deleted = await chat.Send(room, ann, "elderberries to be forgotten");
        await chat.Settled();

        await engine.Kill();
        var sent = 0;
        using (var outage = new CancellationTokenSource(TimeSpan.FromSeconds(int.Parse(Environment.GetEnvironmentVariable("CHAT_TEST_OUTAGE") ?? "5", CultureInfo.InvariantCulture))))
        {
            while (!outage.IsCancellationRequested)
            {
                await chat.Send(room, ann, $"meanwhile {sent++}"); // fails the test when it is refused
                if (sent % 50 == 1) await Assert.ThrowsAsync<SearchUnavailableException>(() => Find(chat, ann, "elderberries"));
            }
        }
        // by now they are old messages, which are looked up in the timeline
        await chat.Get<ReadModelProgress>().Reach(await chat.Get<IEventLog>().Head(Ct), ["timeline"], Ct);
        await chat.Do(new EditMessage { Conversation = room, By = ann, Message = edited.Message!.Value, Body = new("blueberries, as they are") });
        await chat.Get<ReadModelProgress>().Reach(await chat.Get<IEventLog>().Head(Ct), ["timeline"], Ct);
        await chat.Do(new DeleteMessage { Conversation = room, By = ann, Message = deleted.Message!.Value });
        await engine.Restart();
        await chat.Settled();
        await index.Refresh();

        Assert.Equal(0, (await Find(chat, ann, "elderberries")).Total);
        Assert.Equal(1, (await Find(chat, ann, "blueberries")).Total);
        Assert.Equal(1, (await Find(chat, ann, $"\"meanwhile {sent - 1}\"")).Total);
        Assert.Equal(sent + 2, await index.Count());
        Assert.DoesNotContain("forgotten", await index.Everything(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task an_API_key_opens_it_and_a_wrong_one_stops_nothing_but_search()
    {
        await using var index = engine.Index();
        var settings = engine.Settings(index);
        settings.Remove("Search:Elasticsearch:Username");
        settings.Remove("Search:Elasticsearch:Password");
        settings["Search:Elasticsearch:ApiKey"] = Convert.ToBase64String("nobody:knows"u8);
        var database = await TestDatabase.Create();
        var chat = await ReadSide.Start(database, settings: settings);
        var ann = await chat.Register("ann");
        var room = await chat.Start(ann);
        await chat.Send(room, ann, "tea all the same");
        await chat.Get<ReadModelProgress>().Reach(await chat.Get<IEventLog>().Head(Ct), ["timeline"], Ct);
        var refused = await Assert.ThrowsAsync<SearchUnavailableException>(() => Find(chat, ann, "tea"));
        Assert.Contains("401", refused.Message, StringComparison.Ordinal);
        await chat.Stop();

        settings["Search:Elasticsearch:ApiKey"] = await engine.ApiKey();
        await using var again = await ReadSide.Start(database, settings: settings);
        await again.Settled();
        await index.Refresh();
        Assert.Equal(1, (await Find(again, ann, "tea")).Total);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task a_certificate_of_an_unknown_authority_is_not_trusted(bool another)
    {
        await using var index = engine.Index();
        var settings = engine.Settings(index);
        settings["Search:Elasticsearch:CaCertificate"] = another ? engine.Stranger : null;
        await using var chat = await ReadSide.Start(settings: settings);
        var ann = await chat.Register("ann");
        await chat.Start(ann);
        await chat.Get<ReadModelProgress>().Reach(await chat.Get<IEventLog>().Head(Ct), ["timeline"], Ct);
        var away = await Assert.ThrowsAsync<SearchUnavailableException>(() => Find(chat, ann, "tea"));
        Assert.True(away.InnerException is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } or Polly.CircuitBreaker.BrokenCircuitException, $"{away.InnerException}");
    }

    // straight into the log: sending them one by one would be most of the test
    static async Task<(UserId, ConversationId)> Fill(ReadSide chat, int messages)
    {
        var ann = await chat.Register("ann");
        var room = await chat.Start(ann);
        var (log, codec) = (chat.Get<IEventLog>(), chat.Get<EventCodec>());
        var revision = await log.LastRevision(StreamNames.Of(room), Ct);
        foreach (var chunk in Enumerable.Range(0, messages).Chunk(500))
        {
            var events = new List<NewEvent>();
            foreach (var i in chunk)
            {
                var sent = new MessageSent { By = ann, At = DateTimeOffset.UtcNow, Message = new(Guid.CreateVersion7()), ClientMessage = new(Guid.NewGuid()), Body = new($"numbered {i} words") };
                events.Add(await codec.Encode(Guid.CreateVersion7(), sent, new(ann, Guid.CreateVersion7(), revision + events.Count + 2), Ct));
            }
            revision = Assert.IsType<AppendResult.Appended>(await log.Append(StreamNames.Of(room), revision, events, Ct)).LastRevision;
        }
        return (ann, room);
    }
}
