using System.Text.Json;
using Chat.Application.Keys;
using Chat.Application.Log;
using Chat.Domain;
using Chat.Domain.Conversations;
using Chat.Domain.Users;
using Chat.Testing;
using CsCheck;

namespace Chat.Tests.Property;

public sealed class CodecProperties
{
    static readonly UserId Author = new(Guid.NewGuid());

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static async Task<(EventCodec Codec, InMemoryKeys Keys)> Codec(params IEnumerable<UserId> people)
    {
        var keys = new InMemoryKeys();
        foreach (var person in people) await keys.Create(person, Ct);
        return (new(EventContract.Current, keys), keys);
    }

    // As a store gives it back: the same bytes in other memory.
    static StoredEvent Stored(NewEvent e, long position) =>
        new(new(position), new("conversation-x"), 0, e.Id, e.Type, e.Data.ToArray(), e.Metadata.ToArray(), default);

    [Fact]
    public async Task every_event_reads_back_as_it_was_written() => await Talk.Wishes.SampleAsync(async wishes =>
    {
        var history = Talk.History(wishes);
        var (writer, keys) = await Codec(history.Select(static e => e.By).Distinct());
        var codec = Another(keys);
        var position = 0L;
        foreach (var e in history)
        {
            EventMetadata metadata = new(e.By, Guid.NewGuid(), ++position);
            var decoded = await codec.Decode(Stored(await writer.Encode(Guid.NewGuid(), e, metadata, Ct), position), Ct);
            Assert.Equal(Json(e), Json(decoded.Event));
            Assert.Equal(metadata, decoded.Metadata);
        }
    }, iter: 30);

    [Fact]
    public async Task any_text_is_sealed_and_opened_and_gone_once_its_author_is_erased() => await Gen.String.SampleAsync(async text =>
    {
        var (codec, keys) = await Codec(Author);
        MessageSent sent = new() { By = Author, At = default, Message = new(Guid.NewGuid()), ClientMessage = new(Guid.NewGuid()), Body = new(text) };
        var stored = Stored(await codec.Encode(Guid.NewGuid(), sent, new(Author, Guid.NewGuid(), 1), Ct), 1);
        if (text.Length > 3) Assert.DoesNotContain(JsonSerializer.Serialize(text).Trim('"'), System.Text.Encoding.UTF8.GetString(stored.Data.Span), StringComparison.Ordinal);

        var wellFormed = System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text));
        Assert.Equal(wellFormed, ((MessageSent)(await Another(keys).Decode(stored, Ct)).Event).Body.Text);

        await keys.Erase(Author, Ct);
        Assert.Equal("[erased]", ((MessageSent)(await Another(keys).Decode(stored, Ct)).Event).Body.Text);
    }, iter: 300);

    [Fact]
    public async Task what_this_node_has_just_written_is_known_by_its_bytes_and_not_by_its_id()
    {
        var (codec, keys) = await Codec(Author);
        MessageSent sent = new() { By = Author, At = default, Message = new(Guid.NewGuid()), ClientMessage = new(Guid.NewGuid()), Body = new("hello") };
        var encoded = await codec.Encode(Guid.NewGuid(), sent, new(Author, Guid.NewGuid(), 1), Ct);
        var other = await Another(keys).Encode(encoded.Id, sent with { Body = new("other") }, new(Author, Guid.NewGuid(), 1), Ct);
        Assert.Equal("other", await Text(codec, Stored(other, 1)));

        encoded = await codec.Encode(encoded.Id, sent, new(Author, Guid.NewGuid(), 1), Ct);
        await keys.Erase(Author, Ct); // nothing can be opened any more
        Assert.Equal("hello", await Text(codec, Stored(encoded, 1)));
        Assert.Equal("[erased]", await Text(codec, Stored(encoded, 1) with { Id = Guid.NewGuid() }));
        Assert.Equal("[erased]", await Text(Another(keys), Stored(encoded, 1)));
    }

    [Fact]
    public async Task whoever_reads_that_a_user_is_erased_opens_none_of_their_words_any_more()
    {
        var (codec, keys) = await Codec(Author);
        MessageSent sent = new() { By = Author, At = default, Message = new(Guid.NewGuid()), ClientMessage = new(Guid.NewGuid()), Body = new("hello") };
        var before = await codec.Encode(Guid.NewGuid(), sent, new(Author, Guid.NewGuid(), 1), Ct);
        var erased = await codec.Encode(Guid.NewGuid(), new UserErased { By = Author, At = default }, new(Author, Guid.NewGuid(), 2), Ct);
        var remembered = Stored(before, 1) with { Data = before.Data };
        Assert.Equal("hello", ((MessageSent)(await codec.Decode(remembered, Ct)).Event).Body.Text);

        await codec.Decode(Stored(erased, 2), Ct);
        foreach (var stored in new[] { remembered, Stored(before, 1) })
        {
            var opened = await codec.Decode(stored, Ct);
            Assert.Equal(("[erased]", true), (((MessageSent)opened.Event).Body.Text, opened.IsErased));
        }
        Assert.Null((await keys.Find([Author], Ct))[Author].Value);
        await Assert.ThrowsAsync<UserErasedException>(async () => await codec.Encode(Guid.NewGuid(), sent, new(Author, Guid.NewGuid(), 3), Ct));
    }

    [Fact]
    public async Task a_sealed_text_does_not_open_in_another_event()
    {
        var (codec, _) = await Codec(Author);
        MessageSent sent = new() { By = Author, At = default, Message = new(Guid.NewGuid()), ClientMessage = new(Guid.NewGuid()), Body = new("secret") };
        var stored = Stored(await codec.Encode(Guid.NewGuid(), sent, new(Author, Guid.NewGuid(), 1), Ct), 1);
        await Assert.ThrowsAnyAsync<System.Security.Cryptography.CryptographicException>(async () => await codec.Decode(stored with { Id = Guid.NewGuid() }, Ct));
    }

    [Fact]
    public void a_position_reads_back_as_it_is_told() => Gen.Select(Gen.ULong[0, long.MaxValue], Gen.ULong[0, long.MaxValue]).Sample((commit, prepare) =>
    {
        Assert.True(LogPosition.TryParse(new LogPosition(commit, prepare).ToString(), out var read));
        Assert.Equal(new LogPosition(commit, prepare), read);
    });

    /// <summary>One that has written and opened nothing.</summary>
    static EventCodec Another(InMemoryKeys keys) => new(EventContract.Current, keys);

    static async Task<string> Text(EventCodec codec, StoredEvent stored) => ((MessageSent)(await codec.Decode(stored, Ct)).Event).Body.Text;

    static string Json(object @event) => System.Text.Encoding.UTF8.GetString(EventContract.Current.Of(@event).Serialize(@event));
}
