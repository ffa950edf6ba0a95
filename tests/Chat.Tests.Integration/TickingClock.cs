using Microsoft.Extensions.Time.Testing;

namespace Chat.Tests.Integration;

/// <summary>A clock that a test moves; it says when the first timer runs, so that none is missed.</summary>
sealed class TickingClock() : FakeTimeProvider(DateTimeOffset.UtcNow)
{
    readonly TaskCompletionSource ticking = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Ticking => ticking.Task;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        ticking.TrySetResult();
        return timer;
    }
}
