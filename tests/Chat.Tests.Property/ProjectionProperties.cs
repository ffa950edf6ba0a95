using System.Text.Json;
using Chat.Application.Log;
using Chat.Application.Search;
using Chat.Application.Timeline;
using Chat.Domain;
using Chat.Domain.Conversations;
using Chat.Domain.Users;
using Chat.Infrastructure.ReadModels;
using Chat.Projections.Inbox;
using Chat.Projections.Search;
using Chat.Projections.Timeline;
using CsCheck;

namespace Chat.Tests.Property;

/// <summary>However a history is cut into batches, and however often a batch comes, the same rows stand there in the end.</summary>
public sealed class ProjectionProperties
{
    static Gen<(int[] Wishes, int[] Cuts)> CutTalk { get; } = Gen.Select(Talk.Wishes, Gen.Int[1, 9].Array[20]);

    static List<DecodedEvent> Recorded(IEnumerable<int> wishes) => [.. Talk.History(wishes).Select(static (e, i) => new DecodedEvent(
        new(new(i + 1), StreamNames.Of(Talk.Room), i, Guid.NewGuid(), "", default, default, e.At), e, new(e.By, Guid.Empty, i + 1)))];

    static IEnumerable<List<DecodedEvent>> Batches(List<DecodedEvent> events, int[] cuts)
    {
        for (int at = 0, i = 0; at < events.Count; at += cuts[i % cuts.Length], i++) yield return events.GetRange(at, Math.Min(cuts[i % cuts.Length], events.Count - at));
    }

    [Fact]
    public void any_batching_builds_the_same_timeline() => CutTalk.Sample((wishes, cuts) =>
    {
        var events = Recorded(wishes);
        Assert.Equal(Timeline([events]), Timeline(Batches(events, cuts)));
    });

    [Fact]
    public void a_batch_that_comes_twice_changes_nothing_in_the_timeline() => CutTalk.Sample((wishes, cuts) =>
    {
        var events = Recorded(wishes);
        Assert.Equal(Timeline([events]), Timeline(Batches(events, cuts).SelectMany(static batch => new[] { batch, batch })));
    });

    [Fact]
    public void any_batching_builds_the_same_inbox() => CutTalk.Sample((wishes, cuts) =>
    {
        var events = Recorded(wishes);
        Assert.Equal(Inbox([events]), Inbox(Batches(events, cuts)));
    });

    // a table forgets a deleted message, an index keeps an empty document
    [Fact]
    public void any_batching_finds_the_same_messages() => CutTalk.Sample((wishes, cuts) =>
    {
        var events = Recorded(wishes);
        Assert.Equal(Found([events], keepsDeleted: false), Found(Batches(events, cuts), keepsDeleted: false));
        Assert.Equal(Found([events], keepsDeleted: true), Found(Batches(events, cuts).SelectMany(static batch => new[] { batch, batch }), keepsDeleted: true));
        Assert.Equal(Found([events], keepsDeleted: false), Found([events], keepsDeleted: true));
    });

    static readonly bool[] BothWays = [false, true];

    // Somebody is erased in the middle: who could read their words until then, and who never could, end alike.
    [Fact]
    public void with_the_key_of_an_erased_user_and_without_it_the_same_rows_stand_there() => Gen.Select(CutTalk, Gen.Int[0, 4], Gen.Int[0, 100]).Sample((talk, who, percent) =>
    {
        var events = Recorded(talk.Wishes);
        var (user, at) = (Talk.People[who], events.Count * percent / 100);
        var (live, later) = (Erasing(events, user, at, readable: at), Erasing(events, user, at, readable: 0));
        Assert.Equal(Timeline([later]), Timeline(Batches(live, talk.Cuts)));
        Assert.Equal(Timeline([later]), Timeline([live]));
        foreach (var keepsDeleted in BothWays)
        {
            Assert.Equal(Found([later], keepsDeleted), Found(Batches(live, talk.Cuts), keepsDeleted));
            Assert.Equal(Found([later], keepsDeleted), Found([live], keepsDeleted));
        }
    });

    static List<DecodedEvent> Erasing(List<DecodedEvent> events, UserId user, int at, int readable)
    {
        List<DecodedEvent> told = [.. events.Take(readable), .. events.Skip(readable).Select(e => WithoutKey(e, user))];
        UserErased erased = new() { By = user, At = default };
        told.Insert(at, new(new(default, StreamNames.Of(user), 1, Guid.NewGuid(), "", default, default, default), erased, new(user, Guid.Empty, 0)));
        return told;
    }

    static DecodedEvent WithoutKey(DecodedEvent e, UserId author) =>
        EventContract.Current.Of(e.Event) is { Transform: { } transform } entry && entry.Owner(e.Event) == author
            ? e with { Event = transform(e.Event, static _ => PersonalText.Erased), IsErased = true }
            : e;

    static HashSet<UserId> ErasedIn(IEnumerable<DecodedEvent> batch) => [.. batch.Select(static e => e.Event).OfType<UserErased>().Select(static e => e.By)];

    static string Found(IEnumerable<List<DecodedEvent>> batches, bool keepsDeleted)
    {
        var documents = new SortedDictionary<long, SearchDocument>();
        var words = new SortedDictionary<string, int>();
        foreach (var batch in batches)
        {
            var gone = ErasedIn(batch);
            foreach (var document in documents.Values.Where(document => gone.Contains(document.Sender)).ToList())
            {
                var removed = new SearchVocabulary();
                removed.Remove(document.Text);
                if (!keepsDeleted) foreach (var (word, change) in removed.Changes) words[word] += change;
                documents[document.Sequence] = document.Erased();
                if (!keepsDeleted) documents.Remove(document.Sequence);
            }
            var before = SearchFold.Changed(batch).Where(key => documents.ContainsKey(key.Sequence)).Select(key => documents[key.Sequence]).ToList();
            var fold = new SearchFold(before);
            foreach (var e in batch) fold.Apply(e);
            var vocabulary = new SearchVocabulary();
            foreach (var document in fold.Documents)
            {
                vocabulary.Remove(documents.GetValueOrDefault(document.Sequence)?.Text);
                vocabulary.Add(SearchText.Tokens(document.Text ?? ""));
                if (documents.TryGetValue(document.Sequence, out var stood) && stood.Version > document.Version) continue; // an older version is refused
                documents[document.Sequence] = document;
                if (document.Text is null && !keepsDeleted) documents.Remove(document.Sequence);
            }
            if (!keepsDeleted) foreach (var (word, change) in vocabulary.Changes) words[word] = words.GetValueOrDefault(word) + change;
        }
        var expected = new SearchVocabulary();
        foreach (var document in documents.Values) expected.Add(SearchText.Tokens(document.Text ?? ""));
        if (!keepsDeleted) Assert.Equal(expected.Changes.OrderBy(static word => word.Key), words.Where(static word => word.Value != 0));
        return JsonSerializer.Serialize(documents.Values.Where(static document => document.Text is not null));
    }

    // Rows as the tables would hold them between batches.
    static string Timeline(IEnumerable<List<DecodedEvent>> batches)
    {
        var entries = new SortedDictionary<long, TimelineEntry>();
        var known = new List<TimelineStart>();
        var files = new SortedDictionary<Guid, (AttachmentRow Row, bool Deleted)>();
        foreach (var batch in batches)
        {
            var gone = ErasedIn(batch);
            foreach (var entry in entries.Values.Where(entry => gone.Contains(entry.By)).ToList()) entries[entry.Sequence] = entry.Erased();
            foreach (var (file, (row, _)) in files.Where(file => gone.Contains(file.Value.Row.Author)).ToList()) files[file] = (row, true);
            var touched = batch.Select(static e => e.Event).OfType<MessageChange>().Select(static change => change.MessageSequence).Where(entries.ContainsKey).Distinct();
            var fold = new TimelineFold(touched.Select(sequence => entries[sequence]), known);
            foreach (var e in batch) fold.Apply(e);
            foreach (var entry in fold.Entries)
            {
                if (!entries.TryGetValue(entry.Sequence, out var stood) || stood.Version <= entry.Version) entries[entry.Sequence] = entry;
            }
            known.AddRange(fold.Started.Except(known));
            foreach (var row in fold.Attachments) files.TryAdd(row.File.Value, (row, false));
            foreach (var (file, (row, _)) in files.Where(file => fold.Deleted.Contains((file.Value.Row.Conversation, file.Value.Row.Sequence))).ToList()) files[file] = (row, true);
        }
        return JsonSerializer.Serialize(entries.Values) + string.Join('\n', files.Values);
    }

    static string Inbox(IEnumerable<List<DecodedEvent>> batches)
    {
        var messages = new SortedDictionary<long, CountedMessage>();
        var shown = new InboxChange(Talk.Room, LogPosition.Start);
        foreach (var batch in batches)
        {
            var touched = batch.Select(static e => e.Event).OfType<MessageChange>().Where(static change => change is MessageEdited or MessageDeleted)
                .Select(static change => change.MessageSequence).Where(messages.ContainsKey).Distinct();
            var fold = new InboxFold(touched.Select(sequence => messages[sequence]));
            foreach (var e in batch) fold.Apply(e);
            foreach (var message in fold.Sent) messages.TryAdd(message.Sequence, message);
            foreach (var message in fold.Changed) messages[message.Sequence] = message;
            shown = fold.Texts.Aggregate(shown, static (shown, text) => shown.Last?.Id == text.Message ? shown with { Last = shown.Last with { Text = text.Text } } : shown);
            foreach (var change in fold.Changes) shown = change with { Name = change.Name ?? shown.Name, NamedBy = change.NamedBy ?? shown.NamedBy, Last = change.Last ?? shown.Last, Lamport = Math.Max(change.Lamport, shown.Lamport) };
        }
        return JsonSerializer.Serialize(shown) + JsonSerializer.Serialize(messages.Values);
    }
}
