using Chat.Bench.Api;
using Chat.Bench.Import;

namespace Chat.Tests.Unit.Import;

public sealed class ProgressTests
{
    static readonly Guid Keeper = Guid.NewGuid(), Ann = Guid.NewGuid(), Bob = Guid.NewGuid(), Guest = Guid.NewGuid();

    // enter ann, send 0, enter bob, send 1, leave bob, enter bob
    static readonly ImportPlan Plan = ImportPlan.Of(new("tea", ["[09:15] <ann> tea?", "[09:15] <bob> yes", "=== bob has quit [x]", "=== bob has joined #tea"],
        new Dictionary<int, int> { [1] = 0 }));

    static readonly Entry[] Complete = [Added(0, Keeper), Added(1, Ann), Sent(2, Ann, 0, "tea?"), Added(3, Bob), Sent(4, Bob, 1, "yes", 0), Left(5, Bob), Added(6, Bob)];

    public static TheoryData<int, int> Prefixes => new() { { 1, 0 }, { 2, 1 }, { 3, 2 }, { 4, 3 }, { 5, 4 }, { 6, 5 }, { 7, 6 } };

    [Theory]
    [MemberData(nameof(Prefixes))]
    public async Task an_interrupted_import_goes_on_where_it_was(int entries, int steps) => Assert.Equal(steps, await Done(Complete.Take(entries)));

    [Fact]
    public async Task what_others_did_in_between_is_passed_over() =>
        Assert.Equal(6, await Done([.. Complete[..3], Added(7, Guest), .. Complete[3..6], new Entry(9, "message", Guest, new(Guid.NewGuid(), Guid.NewGuid(), "hi", null), null), Left(8, Guest), Complete[6]]));

    [Fact]
    public void a_complete_history_differs_in_nothing() => Assert.Empty(ImportCheck.Differences(Plan, Complete));

    public static TheoryData<string> Damages => ["lost", "doubled", "swapped", "other text", "other reply", "other sender"];

    [Theory]
    [MemberData(nameof(Damages))]
    public void a_damaged_history_is_told(string damage) => Assert.NotEmpty(ImportCheck.Differences(Plan, damage switch
    {
        "lost" => Complete[..4],
        "doubled" => [.. Complete, Sent(7, Bob, 1, "yes", 0)],
        "swapped" => [Sent(2, Bob, 1, "yes", 0), Sent(4, Ann, 0, "tea?")],
        "other text" => [Sent(2, Ann, 0, "Tea?"), Complete[4]],
        "other reply" => [Complete[2], Sent(4, Bob, 1, "yes")],
        _ => [Complete[2], Sent(4, Ann, 1, "yes", 0)],
    }));

    static Task<int> Done(IEnumerable<Entry> history) => Progress.Of(Plan, [.. history], static step => Task.FromResult(step.Person == "ann" ? Ann : Bob));

    static Entry Added(long sequence, Guid member) => new(sequence, "memberAdded", Keeper, null, new(member));

    static Entry Left(long sequence, Guid member) => new(sequence, "memberLeft", member, null, null);

    static Entry Sent(long sequence, Guid by, int line, string text, int? answerTo = null) =>
        new(sequence, "message", by, new(Message(line), Progress.ClientMessageId("tea", line), text, answerTo is { } first ? Message(first) : null), null);

    static Guid Message(int line) => new(line + 1, 0, 0, new byte[8]);
}
