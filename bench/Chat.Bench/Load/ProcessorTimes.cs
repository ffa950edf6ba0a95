using System.Diagnostics;
using System.Globalization;

namespace Chat.Bench.Load;

/// <summary>Processor time of a server, of the database and of this generator.</summary>
readonly record struct Spent(TimeSpan Server, TimeSpan Database, TimeSpan Generator)
{
    public static Spent operator -(Spent after, Spent before) => new(after.Server - before.Server, after.Database - before.Database, after.Generator - before.Generator);
}

/// <summary>Where processor time goes.</summary>
/// <param name="databaseProcesses">Process ids of a PostgreSQL server on this machine, the backends of now and of later; nothing when it is elsewhere.</param>
sealed class ProcessorTimes(Func<IReadOnlyList<int>> databaseProcesses)
{
    public Spent Now(ServerProcess server) => new(server.ProcessorTime, Of(databaseProcesses()), Process.GetCurrentProcess().TotalProcessorTime);

    /// <summary>What these processes of this machine have spent.</summary>
    public static TimeSpan Of(IReadOnlyList<int> processes) => TimeSpan.FromSeconds(processes.Sum(TicksOf) / 100.0); // the kernel counts in hundredths of a second

    // utime and stime, and for the postmaster those of the backends that have ended
    static double TicksOf(int process)
    {
        try
        {
            var fields = File.ReadAllText($"/proc/{process}/stat").Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return fields[11..15].Sum(static ticks => double.Parse(ticks, CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            return 0; // has ended; the postmaster counts it now
        }
    }
}
