using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace Chat.Bench;

/// <summary>PostgreSQL's own load generator, where it is installed: a floor that nobody here has written.</summary>
static partial class Pgbench
{
    static readonly TimeSpan LogIn = TimeSpan.FromSeconds(2); // of all clients, within its time but not in its rate

    /// <summary>How many times a second a script is run by so many clients at once, each run a transaction; null without pgbench.</summary>
    /// <exception cref="InvalidOperationException">The script failed.</exception>
    public static async Task<double?> PerSecond(string connectionString, string script, int clients, TimeSpan length, CancellationToken ct)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, script, ct);
            var server = new NpgsqlConnectionStringBuilder(connectionString);
            string[] arguments =
            [
                "--no-vacuum", "--protocol=prepared", $"--client={clients}", $"--jobs={Math.Min(clients, Environment.ProcessorCount)}",
                $"--time={(int)Math.Ceiling((length + LogIn).TotalSeconds)}", $"--file={file}", $"--host={server.Host}", $"--port={server.Port}", $"--username={server.Username}", server.Database!,
            ];
            var start = new ProcessStartInfo("pgbench", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
            start.Environment["PGPASSWORD"] = server.Password;
            using var process = Process.Start(start)!;
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(ct), process.StandardError.ReadToEndAsync(ct));
            await process.WaitForExitAsync(ct);
            return Rate().Match(await output) is { Success: true } match
                ? double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
                : throw new InvalidOperationException($"pgbench ended with {process.ExitCode}: {await errors}{await output}");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null; // not installed
        }
        finally
        {
            File.Delete(file);
        }
    }

    [GeneratedRegex(@"tps = ([0-9.]+) \(without")]
    private static partial Regex Rate();
}
