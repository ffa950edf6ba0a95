using Chat.Application.Conversations;
using Chat.Domain;
using Chat.Tests.Unit.Streams;

namespace Chat.Tests.Unit.Conversations;

public sealed class UserClocksSpecs
{
    static readonly UserId Bob = new(Guid.CreateVersion7());

    readonly SlowInbox inbox = new();
    readonly UserClocks clocks;

    public UserClocksSpecs() => clocks = new(inbox);

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task whoever_comes_while_the_inbox_is_read_waits_for_the_same_reading()
    {
        var asked = new[] { clocks.Of(Bob, Ct).AsTask(), clocks.Of(Bob, Ct).AsTask() };
        inbox.Answer(7);

        foreach (var one in asked) Assert.Equal(7, await one);
        Assert.Equal(7, await clocks.Of(Bob, Ct));
        Assert.Equal(1, inbox.Readings);
    }

    [Fact]
    public async Task what_happens_while_the_inbox_is_read_counts()
    {
        var asked = clocks.Of(Bob, Ct);
        clocks.Saw(Bob, 9);
        inbox.Answer(7);

        Assert.Equal(9, await asked);
    }

    [Fact]
    public async Task a_clock_never_goes_back()
    {
        inbox.Answer(7);
        await clocks.Of(Bob, Ct);
        clocks.Saw(Bob, 12);
        clocks.Saw(Bob, 8);

        Assert.Equal(12, await clocks.Of(Bob, Ct));
    }

    [Fact]
    public async Task a_reading_that_failed_is_tried_again_by_whoever_comes_next()
    {
        inbox.Fail(new TimeoutException());
        await Assert.ThrowsAsync<TimeoutException>(async () => await clocks.Of(Bob, Ct));
        inbox.Again();
        inbox.Answer(7);

        Assert.Equal(7, await clocks.Of(Bob, Ct));
    }

    [Fact]
    public async Task one_who_stops_waiting_leaves_the_reading_to_the_others()
    {
        using var gone = new CancellationTokenSource();
        var one = clocks.Of(Bob, gone.Token).AsTask();
        var other = clocks.Of(Bob, Ct);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        inbox.Answer(7);

        Assert.Equal(7, await other);
        Assert.Equal(1, inbox.Readings);
    }

    sealed class SlowInbox : WritePath.KnownClocks
    {
        TaskCompletionSource<long> reading = new();

        public int Readings { get; private set; }

        public void Answer(long lamport) => reading.TrySetResult(lamport);

        public void Fail(Exception fault) => reading.SetException(fault);

        /// <summary>For the next reading.</summary>
        public void Again() => reading = new();

        public override Task<long> ClockOf(UserId user, CancellationToken ct)
        {
            Readings++;
            return reading.Task;
        }
    }
}
