using Chat.Bench.Import;

namespace Chat.Tests.Unit.Import;

public sealed class ImportPlanTests
{
    [Fact]
    public void whoever_speaks_without_having_joined_is_added_first() =>
        Assert.Equal(
            [new Step.Enter(0, "ann", "Ann"), new Step.Send(0, "ann", "hello", null), new Step.Send(1, "ann", "anyone?", null)],
            Plan("[09:15] <Ann> hello", "[09:15] <Ann> anyone?").Steps);

    [Fact]
    public void joining_leaving_and_coming_back_is_membership() =>
        Assert.Equal(
            [
                new Step.Enter(0, "bob", "bob"), new Step.Leave(1, "bob"),
                new Step.Enter(2, "bob", "bob"), new Step.Send(2, "bob", "forgot my cup", null),
            ],
            Plan("=== bob has joined #tea", "=== bob has quit [x]", "[09:16] <bob> forgot my cup").Steps);

    [Fact]
    public void leaving_of_someone_never_seen_is_skipped()
    {
        var plan = Plan("=== bob has left #tea", "=== mode/#tea [+o ann]  by Chan", "[09:16] <ann> ");
        Assert.Empty(plan.Steps);
        Assert.Equal((3, 3), (plan.Lines, plan.Skipped));
    }

    [Fact]
    public void a_new_nick_is_the_same_person_under_another_name() =>
        Assert.Equal(
            [
                new Step.Enter(0, "ann", "ann"), new Step.Rename(0, "ann", "Ann_"), new Step.Send(1, "ann", "still me", null), new Step.Leave(2, "ann"),
            ],
            Plan("=== ann is now known as Ann_", "[09:15] <ann_> still me", "=== Ann_ has quit [x]").Steps);

    [Fact]
    public void an_annotation_makes_a_reply() =>
        Assert.Equal(0, Assert.IsType<Step.Send>(Plan(["0 0 -", "0 1 -"], "[09:15] <ann> tea?", "[09:15] <bob> yes").Steps[^1]).AnswerTo);

    [Fact]
    public void an_answer_to_what_is_no_message_is_a_message_without_target() =>
        Assert.Null(Assert.IsType<Step.Send>(Plan(["0 1 -"], "=== ann has joined #tea", "[09:15] <bob> hi ann").Steps[^1]).AnswerTo);

    [Fact]
    public void of_several_lines_answered_the_nearest_counts() =>
        Assert.Equal(new Dictionary<int, int> { [9] = 7 }, IrcLog.ReadAnswers(["3 9 -", "7 9 -", "9 9 -"]));

    [Fact]
    public void a_line_that_is_no_utf8_loses_no_byte()
    {
        var lines = IrcLog.ReadLines([.. "caf"u8, 0xC3, 0xA9, (byte)'\r', (byte)'\n', .. "caf"u8, 0xE9, 0x80, (byte)'\n', (byte)'a', 0, (byte)'b', (byte)'\n']);
        Assert.Equal(["café", "caf\u00E9\u0080", "a\u2400b"], lines);
    }

    [Fact]
    public void an_empty_line_within_the_log_keeps_the_count() => Assert.Equal(["a", "", "b"], IrcLog.ReadLines("a\n\nb\n"u8));

    static ImportPlan Plan(params string[] lines) => Plan([], lines);

    static ImportPlan Plan(string[] annotations, params string[] lines) => ImportPlan.Of(new("tea", lines, IrcLog.ReadAnswers(annotations)));
}
