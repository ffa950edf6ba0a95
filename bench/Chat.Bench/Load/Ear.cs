namespace Chat.Bench.Load;

/// <summary>What one receiver hears in a round: each message once, none missing and, on a server that gives an order, in it.</summary>
sealed class Ear
{
    readonly HashSet<long> heard = [];
    long last = -1;

    public int Doubled { get; private set; }
    public int Misordered { get; private set; }

    public int Count
    {
        get
        {
            lock (heard) return heard.Count;
        }
    }

    /// <summary>Returns whether it is new.</summary>
    public bool Hears(long id)
    {
        lock (heard)
        {
            if (heard.Add(id)) return true;
            Doubled++;
            return false;
        }
    }

    /// <summary>Everything in a conversation has the sequence after the one before it.</summary>
    public void Sees(long sequence)
    {
        if (last >= 0 && sequence != last + 1) Misordered++;
        last = sequence;
    }

    public void Forget()
    {
        lock (heard) heard.Clear();
        (Doubled, Misordered) = (0, 0);
    }
}
