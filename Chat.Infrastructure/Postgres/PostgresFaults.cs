using System.Net.Sockets;
using Chat.Application.Log;
using Npgsql;

namespace Chat.Infrastructure.Postgres;

public static class PostgresFaults
{
    const string IdleInTransaction = "25P03";
    const string IdleSession = "57P05";

    /// <summary>True when the server is out of reach, overloaded, full or restarting: the same call may succeed later.</summary>
    public static bool IsUnavailable(Exception fault) => fault switch
    {
        PostgresException e => e.IsTransient || e.SqlState is
            PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.DatabaseDropped
            or PostgresErrorCodes.DiskFull or PostgresErrorCodes.TooManyConnections or PostgresErrorCodes.OutOfMemory or PostgresErrorCodes.LockNotAvailable
            or PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.InsufficientResources
            or IdleInTransaction or IdleSession or PostgresErrorCodes.ObjectNotInPrerequisiteState or PostgresErrorCodes.InvalidCatalogName
            // not migrated yet: this node or another is about to
            or PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName,
        NpgsqlException or TimeoutException or SocketException or IOException => true,
        _ => false,
    };

    /// <summary>True when the database lacks what this version of the schema has: never used, or not migrated yet.</summary>
    public static bool IsOtherSchema(Exception fault) => fault is PostgresException
    {
        SqlState: PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.UndefinedFunction or PostgresErrorCodes.InvalidSchemaName,
    };

    /// <summary>The port's own exception for a store that is away; any other fault as it is.</summary>
    public static Exception Translate(Exception fault) =>
        IsUnavailable(fault) ? new LogUnavailableException("PostgreSQL is out of reach.", fault) : fault;

    /// <summary>Tries until the server answers, with growing pauses up to five seconds.</summary>
    public static async Task UntilAvailable(Func<Task> action, Action<Exception> waiting, CancellationToken ct)
    {
        for (var pause = TimeSpan.FromMilliseconds(200); ; pause = TimeSpan.FromSeconds(Math.Min(5, pause.TotalSeconds * 2)))
        {
            try
            {
                await action();
                return;
            }
            catch (Exception fault) when (fault is LogUnavailableException || IsUnavailable(fault))
            {
                waiting(fault);
                await Task.Delay(pause, ct);
            }
        }
    }
}
