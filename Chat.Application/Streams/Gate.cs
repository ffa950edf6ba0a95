using System.Diagnostics;
using Chat.Application.Log;
using Chat.Domain;

namespace Chat.Application.Streams;

/// <summary>
/// The one place in a node through which commands reach a stream. Whatever waits while an append is under way is decided together
/// and appended together, so a hot conversation does not fight itself. Against other nodes the expected revision decides.
/// </summary>
sealed class Gate<TState, TEvent>(StreamName stream, GateContext<TState, TEvent> context) where TEvent : notnull
{
    const int MaxBatch = 256;
    const int MaxWaiting = 10_000;
    const int MaxTries = 10;

    readonly Lock sync = new();
    readonly Queue<Pending> waiting = [];
    bool running;

    // Written only by the one running drain; null when unknown: not loaded yet, or an append's fate was lost.
    volatile Known? known;

    sealed record Known(Folded<TState> Folded, long CheckedAt);

    /// <exception cref="ConversationBusyException">Too many commands wait here, or too many conflicts with other nodes.</exception>
    public Task<Settled<TState, TEvent>> Submit(Wish<TState, TEvent> wish, CancellationToken ct)
    {
        var pending = new Pending(wish, ct);
        lock (sync)
        {
            if (waiting.Count >= MaxWaiting) throw new ConversationBusyException("Too many commands wait for this conversation.");
            waiting.Enqueue(pending);
            if (!running)
            {
                running = true;
                _ = Drain();
            }
        }
        return pending.Done.Task;
    }

    /// <summary>The state, checked against the log no longer than <paramref name="maxAge"/> ago.</summary>
    public async ValueTask<Folded<TState>> Read(TimeSpan maxAge, CancellationToken ct) =>
        known is { } current && context.Clock.GetElapsedTime(current.CheckedAt) <= maxAge
            ? current.Folded
            : (await Submit(Wish<TState, TEvent>.ToLook, ct)).After;

    async Task Drain()
    {
        // off the submitter's lock and stack
        await Task.Yield();
        while (Take() is { Count: > 0 } batch)
        {
            try
            {
                await Write(batch);
            }
            catch (Exception fault)
            {
                // Every waiting caller hears of it. What the log holds is unknown now, so the next one loads again.
                known = null;
                foreach (var pending in batch) pending.Done.TrySetException(fault);
            }
        }
    }

    List<Pending> Take()
    {
        lock (sync)
        {
            var batch = new List<Pending>(Math.Min(waiting.Count, MaxBatch));
            while (batch.Count < MaxBatch && waiting.TryDequeue(out var pending))
            {
                if (pending.Ct.IsCancellationRequested) pending.Done.TrySetCanceled(pending.Ct);
                else batch.Add(pending);
            }
            running = batch.Count > 0;
            return batch;
        }
    }

    async Task Write(List<Pending> batch)
    {
        for (var tries = 0; batch.Count > 0; tries++)
        {
            if (tries == MaxTries) throw new ConversationBusyException("Other nodes kept appending to this conversation first.");
            var loaded = known is null;
            var before = known?.Folded ?? await context.Reader.Load(stream, CancellationToken.None);
            var (plan, left) = await Plan(before, batch);
            if (plan.Events.Count == 0)
            {
                if (loaded || plan.HoldsAlways || await context.Log.LastRevision(stream, CancellationToken.None) == before.Revision)
                {
                    Settle(plan, before);
                    return;
                }
                await CatchUp(before);
                continue;
            }

            switch (await context.Log.Append(stream, before.Revision, plan.Events, CancellationToken.None))
            {
                case AppendResult.Appended appended:
                    Settle(plan, plan.After with { Position = appended.Position });
                    context.Appended(stream, before.Revision, known!.Folded);
                    (batch, tries) = (left, -1);
                    break;
                case AppendResult.Conflict:
                    GateMetrics.Conflicts.Add(1);
                    await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.NextDouble() * 5 * tries), context.Clock);
                    await CatchUp(before);
                    break;
                case AppendResult.AlreadyStored stored:
                    await CatchUp(before);
                    batch = [.. await AnswerRepeats(plan, stored.Known), .. left];
                    break;
            }
        }
    }

    async Task CatchUp(Folded<TState> before) => Know(await context.Reader.CatchUp(stream, before, CancellationToken.None));

    void Know(Folded<TState> folded) => known = new(folded, context.Clock.GetTimestamp());

    /// <summary>Decides as many as fit into one append; the rest waits for the next.</summary>
    async Task<(Draft Plan, List<Pending> Left)> Plan(Folded<TState> before, List<Pending> batch)
    {
        var plan = new Draft { After = before };
        foreach (var (i, pending) in batch.Index())
        {
            try
            {
                var decided = await Decide(plan.After, pending);
                if (plan.Events.Count > 0 && plan.Bytes + decided.Bytes > context.Log.MaxAppendBytes) return (plan, batch[i..]);
                plan.Add(decided);
            }
            catch (Exception fault)
            {
                // one command's fault (its author's key, an old message out of reach) is not its neighbours'
                pending.Done.TrySetException(fault);
            }
        }
        return (plan, []);
    }

    async Task<Decided> Decide(Folded<TState> before, Pending pending)
    {
        var wish = pending.Wish;
        var now = context.Clock.GetUtcNow();
        if (now < before.Time) now = before.Time; // clocks of nodes differ and step back; a conversation's time does not

        var decision = wish.Decide(before.State, now);
        if (decision is Decision<TEvent>.Needs needs)
        {
            decision = wish.Decide(await wish.Recall(before.State, needs.Message, pending.Ct), now);
        }
        // What was accepted stays accepted, though it would be refused now; and a log that does not know every id would take it twice.
        if (wish.FindFirst is { } find && (decision is Decision<TEvent>.Rejected || !context.Log.KnowsEveryId) && await find(before.State, pending.Ct) is { } sequence)
        {
            var first = await context.Reader.ReadOne(stream, sequence, pending.Ct);
            decision = wish.AnswerRepeat(new((TEvent)first.Event, sequence));
        }

        var events = new List<NewEvent>();
        var after = before;
        foreach (var @event in decision is Decision<TEvent>.Accepted accepted ? accepted.Events : [])
        {
            var lamport = Math.Max(after.Lamport, wish.Clock) + 1;
            var metadata = new EventMetadata(wish.By, wish.Key, lamport, wish.Device, Traceparent: pending.Traceparent);
            events.Add(await context.Codec.Encode(wish.EventId(stream, events.Count), @event, metadata, pending.Ct));
            after = context.Category.Fold(after, @event, after.Revision + 1, after.Position, lamport);
        }
        return events.Sum(static e => e.Bytes) > context.Log.MaxAppendBytes
            ? new(pending, Refusal.TooMuchAtOnce, [], before)
            : new(pending, decision, events, after);
    }

    void Settle(Draft plan, Folded<TState> after)
    {
        Know(after);
        foreach (var decided in plan.Decided)
        {
            var at = decided.After with { Position = after.Position };
            decided.Pending.Done.TrySetResult(new(decided.Decision, at, at.Revision, at.Lamport, at.Time));
        }
    }

    /// <summary>Answers the commands whose events the log holds already; returns the others, to be decided again.</summary>
    async Task<List<Pending>> AnswerRepeats(Draft plan, IReadOnlyList<StoredId> stored)
    {
        var places = stored.ToDictionary(known => known.Id);
        var others = new List<Pending>();
        foreach (var decided in plan.Decided)
        {
            if (decided.Events.Find(e => places.ContainsKey(e.Id)) is not { } repeated)
            {
                others.Add(decided.Pending);
                continue;
            }
            var first = await context.Reader.ReadOne(stream, places[repeated.Id].Revision, CancellationToken.None);
            var decision = decided.Pending.Wish.AnswerRepeat(new((TEvent)first.Event, first.Sequence));
            decided.Pending.Done.TrySetResult(new(decision, known!.Folded, first.Sequence, first.Metadata.Lamport, known.Folded.Time));
        }
        return others;
    }

    sealed class Pending(Wish<TState, TEvent> wish, CancellationToken ct)
    {
        public Wish<TState, TEvent> Wish { get; } = wish;
        public CancellationToken Ct { get; } = ct;
        public string? Traceparent { get; } = Activity.Current?.Id;
        public TaskCompletionSource<Settled<TState, TEvent>> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    sealed record Decided(Pending Pending, Decision<TEvent> Decision, List<NewEvent> Events, Folded<TState> After)
    {
        public int Bytes => Events.Sum(static e => e.Bytes);
    }

    sealed class Draft
    {
        public required Folded<TState> After { get; set; }
        public List<Decided> Decided { get; } = [];
        public List<NewEvent> Events { get; } = [];
        public int Bytes { get; private set; }

        /// <summary>Every decision here is a repeat of what is in the log: true whatever another node has appended.</summary>
        public bool HoldsAlways => Decided.TrueForAll(static decided => decided.Decision is Decision<TEvent>.Repeated);

        public void Add(Decided decided)
        {
            Decided.Add(decided);
            Events.AddRange(decided.Events);
            Bytes += decided.Bytes;
            After = decided.After;
        }
    }
}
