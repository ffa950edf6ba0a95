namespace Chat.Bench.Load;

/// <summary>People talking in rooms, the same way on every side.</summary>
/// <param name="Senders">Of each room's people.</param>
sealed record Workload(string Name, string What, int Rooms, int People, int Senders, Pace Pace)
{
    public static readonly IReadOnlyList<Workload> All =
    [
        new("pairs", "20 pairs, 10 sends in flight each", 20, 2, 2, new Pace.Closed(10)),
        new("paced", "20 pairs, 50 messages/s in all", 20, 2, 2, new Pace.Open(50)),
        new("group100", "one sender, 100 members online", 1, 101, 1, new Pace.Closed(10)),
        new("group500", "one sender, 499 members online", 1, 500, 1, new Pace.Closed(10)),
    ];

    /// <summary>The paced pairs beside so many who are connected and say nothing.</summary>
    public static Workload Held(int connections) => All[1] with { Name = "paced, held", What = $"the same beside {connections:N0} connections" };

    /// <summary>The pairs again, with everybody reading what arrives.</summary>
    public static readonly Workload Receipts = All[0] with { Name = "receipts", What = "20 pairs, without and with everybody reading what arrives" };
}
