using Chat.Application.Conversations;
using Chat.Application.Log;
using Npgsql;

namespace Chat.Infrastructure.Postgres;

public sealed class PostgresSnapshots(NpgsqlDataSource database) : ISnapshots
{
    public static readonly IReadOnlyList<Migration> Migrations =
    [
        new("snapshots-1", """
            create table chat.snapshots (
                stream text not null,
                schema int not null,
                snapshot bytea not null,
                written_at timestamptz not null default now(),
                primary key (stream, schema)
            );
            """),
        // Compressing one costs more than writing it.
        new("snapshots-2", "alter table chat.snapshots alter column snapshot set storage external"),
    ];

    public async Task<ReadOnlyMemory<byte>?> Read(StreamName stream, int schema, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select snapshot from chat.snapshots where stream = $1 and schema = $2");
        command.Parameters.Add(new() { Value = stream.Value });
        command.Parameters.Add(new() { Value = schema });
        // spelled out: a bare null would become an empty memory
        return await command.ExecuteScalarAsync(ct) is byte[] snapshot ? (ReadOnlyMemory<byte>?)snapshot : default(ReadOnlyMemory<byte>?);
    }

    // Two nodes may write out of order; an older snapshot only means a longer tail.
    public async Task Write(StreamName stream, int schema, ReadOnlyMemory<byte> snapshot, CancellationToken ct)
    {
        await using var command = database.CreateCommand("""
            insert into chat.snapshots (stream, schema, snapshot) values ($1, $2, $3)
            on conflict (stream, schema) do update set snapshot = excluded.snapshot, written_at = now()
            """);
        command.Parameters.Add(new() { Value = stream.Value });
        command.Parameters.Add(new() { Value = schema });
        command.Parameters.Add(new() { Value = snapshot });
        await command.ExecuteNonQueryAsync(ct);
    }
}
