namespace Chat.Testing.EventStoreDb;

/// <summary>What goes wrong next. Counts are of appends that it happens to.</summary>
public sealed class Faults
{
    int dropped, lost, timedOut, strangers, thrown;

    /// <summary>How long every append takes longer.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Where this node says the leader is, to whoever requires the leader; null while it is the leader itself.</summary>
    public (string Host, int Port)? Leader { get; set; }

    /// <summary>Whether it answers as a server does that is still starting.</summary>
    public bool NotReady { get; set; }

    /// <summary>The connection is cut before the append is written.</summary>
    public void DropAppends(int count) => dropped = count;

    /// <summary>The append is written, and the connection is cut before the answer.</summary>
    public void LoseAnswers(int count) => lost = count;

    /// <summary>The append is written, and the answer is that it took too long.</summary>
    public void TimeOutAfterCommit(int count) => timedOut = count;

    /// <summary>So many calls with a user are answered as by a server that has not made its first users yet.</summary>
    public void KnowNobody(int calls) => strangers = calls;

    /// <summary>So many subscriptions end in an exception, as those of 23.10 do that begin where no event does.</summary>
    public void ThrowAtSubscribers(int count) => thrown = count;

    internal bool KnowsNobody() => Takes(ref strangers);

    internal bool Drops() => Takes(ref dropped);

    internal bool LosesAnswer() => Takes(ref lost);

    internal bool TimesOut() => Takes(ref timedOut);

    internal bool ThrowsAtSubscriber() => Takes(ref thrown);

    static bool Takes(ref int count)
    {
        if (Volatile.Read(ref count) <= 0) return false;
        return Interlocked.Decrement(ref count) >= 0;
    }
}
