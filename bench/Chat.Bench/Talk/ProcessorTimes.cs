using System.Diagnostics;
using System.Globalization;

namespace Chat.Bench.Talk;

/// <summary>Where processor time goes: the relay, the API, PostgreSQL and this generator apart.</summary>
/// <param name="databaseProcesses">Process ids of a PostgreSQL server on this machine, the backends of now and of later; nothing when it is elsewhere.</param>
sealed class ProcessorTimes(ServerProcess floor, ServerProcess chat, Func<IReadOnlyList<int>> databaseProcesses)
{
    public Spent Now() => new(
        floor.ProcessorTime, chat.ProcessorTime, Process.GetCurrentProcess().TotalProcessorTime,
        Of(databaseProcesses()));

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

    public readonly record struct Spent(TimeSpan Floor, TimeSpan Chat, TimeSpan Generator, TimeSpan Database)
    {
        public static Spent operator -(Spent after, Spent before) =>
            new(after.Floor - before.Floor, after.Chat - before.Chat, after.Generator - before.Generator, after.Database - before.Database);

        public string PerItem(long count) => string.Create(
            CultureInfo.InvariantCulture,
            $"server {(Floor + Chat).TotalMicroseconds / count:N1}, database {Database.TotalMicroseconds / count:N1}, generator {Generator.TotalMicroseconds / count:N1}");
    }
}
