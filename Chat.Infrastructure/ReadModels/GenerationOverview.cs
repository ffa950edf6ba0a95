using Chat.Application.Log;
using Npgsql;

namespace Chat.Infrastructure.ReadModels;

public enum GenerationState
{
    /// <summary>Live, and a process follows the log for it.</summary>
    Running,

    /// <summary>Live, and no process follows the log for it.</summary>
    Idle,
    Paused,

    /// <summary>Live, and an event could not be applied.</summary>
    Stopped,
    Building,

    /// <summary>Its rebuild ended before its end; 'rebuild' goes on with it.</summary>
    Interrupted,

    /// <summary>Complete, and waits for the switch.</summary>
    Built,

    /// <summary>Was live, and can be again.</summary>
    Retired,

    /// <summary>Of a verification; nobody else's.</summary>
    Scratch,
}

/// <summary>A generation as operators see it.</summary>
/// <param name="Checkpoint">Its slowest partition's while it is divided.</param>
/// <param name="Failure">Without content.</param>
public sealed record GenerationStatus(Checkpoint Checkpoint, GenerationState State, DateTimeOffset UpdatedAt, string? FailedPosition, string? Failure, bool MovedByHand);

/// <summary>Every generation there is, and who is at work on it.</summary>
public sealed class GenerationOverview(NpgsqlDataSource database)
{
    public async Task<List<GenerationStatus>> All(CancellationToken ct)
    {
        // A lease is an advisory lock: its name's hash says who holds it, in any process.
        await using var command = database.CreateCommand("""
            with leases as (
                select objid from pg_locks
                where locktype = 'advisory' and granted and objsubid = 2 and classid = (hashtext('chat.lease')::bigint & 4294967295)::oid
                    and database = (select oid from pg_database where datname = current_database())
            )
            select c.projection, c.generation, c.live, coalesce(p.commit_position, c.commit_position), coalesce(p.prepare_position, c.prepare_position), c.epoch,
                case
                    when c.live and c.failure is not null then 'Stopped'
                    when c.paused_at is not null then 'Paused'
                    when c.live and (hashtext('projection ' || c.projection)::bigint & 4294967295)::oid in (select objid from leases) then 'Running'
                    when c.live then 'Idle'
                    when c.retired_at is not null then 'Retired'
                    when c.projection ~ '_(check|repair)$' then 'Scratch'
                    when (hashtext('rebuild ' || c.projection)::bigint & 4294967295)::oid in (select objid from leases) then 'Building'
                    when p.commit_position is not null or c.commit_position = 0 then 'Interrupted'
                    else 'Built'
                end,
                c.updated_at, c.failed_position, c.failure,
                c.moved_at is not null or c.seal is distinct from read.seal(c.projection, c.generation, c.commit_position, c.prepare_position)
            from read.checkpoints c left join lateral (
                select commit_position, prepare_position from read.partitions p where p.projection = c.projection and p.generation = c.generation
                order by commit_position, prepare_position limit 1
            ) p on true
            order by c.projection, c.generation
            """);
        var found = new List<GenerationStatus>();
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            var position = new LogPosition((ulong)row.GetInt64(3), (ulong)row.GetInt64(4));
            found.Add(new(
                new(row.GetString(0), row.GetInt32(1), row.GetBoolean(2), position, row.GetGuid(5)), Enum.Parse<GenerationState>(row.GetString(6)),
                row.GetFieldValue<DateTimeOffset>(7), row.IsDBNull(8) ? null : row.GetString(8), row.IsDBNull(9) ? null : row.GetString(9), row.GetBoolean(10)));
        }
        return found;
    }
}
