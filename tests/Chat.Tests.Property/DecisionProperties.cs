using Chat.Domain.Conversations;
using CsCheck;

namespace Chat.Tests.Property;

public sealed class DecisionProperties
{
    [Fact]
    public void a_wish_that_was_just_fulfilled_writes_nothing_when_it_is_repeated() => Talk.Wishes.Sample(wishes =>
    {
        var state = Talk.Started;
        foreach (var n in wishes)
        {
            state = Talk.Fold(state, Talk.Events(Talk.Decide(state, n)));
            Assert.Empty(Talk.Events(Talk.Decide(state, n)));
        }
    });

    [Fact]
    public void there_is_always_an_owner() => Talk.Wishes.Sample(wishes => Assert.True(Talk.Fold(Conversation.Initial, Talk.History(wishes)).Owners > 0));

    [Fact]
    public void nobody_is_banned_and_a_member() => Talk.Wishes.Sample(wishes =>
    {
        var state = Talk.Fold(Conversation.Initial, Talk.History(wishes));
        Assert.DoesNotContain(state.Members.Keys, state.Banned.Contains);
    });

    [Fact]
    public void only_members_did_anything() => Talk.Wishes.Sample(wishes =>
    {
        var state = Conversation.Initial;
        foreach (var e in Talk.History(wishes))
        {
            if (state.Started && state.Members.Count > 0) Assert.NotNull(state.Member(e.By));
            state = Talk.Fold(state, [e]);
        }
    });

    [Fact]
    public void folding_in_two_parts_is_folding_in_one() => Gen.Select(Talk.Wishes, Gen.Int[0, 200]).Sample((wishes, at) =>
    {
        var history = Talk.History(wishes);
        var part = history.Take(at).ToList();
        var whole = Talk.Fold(Conversation.Initial, history);
        var joined = Talk.Fold(Talk.Fold(Conversation.Initial, part), history.Skip(part.Count));
        Assert.Equal(whole.Members.OrderBy(static pair => pair.Key.Value), joined.Members.OrderBy(static pair => pair.Key.Value));
        Assert.Equal(whole.Sequence, joined.Sequence);
    });
}
