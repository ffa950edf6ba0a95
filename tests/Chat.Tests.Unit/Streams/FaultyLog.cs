using Chat.Application.Log;

namespace Chat.Tests.Unit.Streams;

/// <summary>A log that can be told to wait, to conflict, or to lose an answer after storing.</summary>
sealed class FaultyLog(IEventLog inner) : IEventLog
{
    TaskCompletionSource? held;
    bool conflictAlways;
    bool loseNext;
    volatile bool away;
    int appends;

    public int Appends => appends;

    public bool KnowsEveryId => inner.KnowsEveryId;

    public int MaxAppendBytes => inner.MaxAppendBytes;

    public void Hold() => held = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release() => held!.SetResult();

    public void ConflictAlways() => conflictAlways = true;

    public void LoseNextAnswer() => loseNext = true;

    /// <summary>Takes nothing until it is back.</summary>
    public void GoAway() => away = true;

    public void ComeBack() => away = false;

    public async Task<AppendResult> Append(StreamName stream, long expectedRevision, IReadOnlyList<NewEvent> events, CancellationToken ct)
    {
        if (held is { } gate) await gate.Task.WaitAsync(ct);
        Interlocked.Increment(ref appends);
        if (away) throw new LogUnavailableException("The store is away.");
        if (conflictAlways) return new AppendResult.Conflict(expectedRevision);
        var result = await inner.Append(stream, expectedRevision, events, ct);
        if (!loseNext) return result;
        loseNext = false;
        throw new LogUnavailableException("The answer was lost.");
    }

    public IAsyncEnumerable<StoredEvent> ReadStream(StreamName stream, long fromRevision, int maxCount, CancellationToken ct) =>
        inner.ReadStream(stream, fromRevision, maxCount, ct);

    public IAsyncEnumerable<StoredEvent> ReadStreamBackwards(StreamName stream, long fromRevision, int maxCount, CancellationToken ct) =>
        inner.ReadStreamBackwards(stream, fromRevision, maxCount, ct);

    public IAsyncEnumerable<StoredEvent> ReadAll(LogPosition after, StreamFilter filter, int maxCount, CancellationToken ct) =>
        inner.ReadAll(after, filter, maxCount, ct);

    public IAsyncEnumerable<LogMessage> Subscribe(LogPosition after, StreamFilter filter, CancellationToken ct) => inner.Subscribe(after, filter, ct);

    public Task<LogPosition> Head(CancellationToken ct) => inner.Head(ct);

    public Task<long> LastRevision(StreamName stream, CancellationToken ct) => inner.LastRevision(stream, ct);

    public Task<Guid> Epoch(CancellationToken ct) => inner.Epoch(ct);

    public Task Delete(StreamName stream, CancellationToken ct) => inner.Delete(stream, ct);
}
