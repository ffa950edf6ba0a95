using Chat.Application.Push;
using Chat.Domain;
using Chat.Infrastructure.Postgres;
using Chat.Infrastructure.ReadModels;
using Npgsql;

namespace Chat.Infrastructure.Push;

/// <summary>The table push.targets. Beside the read models, because who is to be told about a message is one join over both.</summary>
public sealed class PostgresPushTargets(NpgsqlDataSource database, TimeProvider time) : IPushTargets
{
    const string Columns = "session_id, user_id, device_id, provider, address, p256dh, auth";

    public static readonly IReadOnlyList<Migration> Migrations =
    [
        new("push-1", """
            create schema push;
            create table push.targets (
                session_id uuid primary key,
                user_id uuid not null,
                device_id uuid not null,
                provider smallint not null,
                address text not null,
                p256dh text,
                auth text,
                registered_at timestamptz not null
            );
            create index on push.targets (user_id);
            create index on push.targets using hash (address); -- may be longer than a b-tree takes
            """),
    ];

    public async Task Put(PushDevice device, CancellationToken ct)
    {
        var browser = device.Target as PushTarget.WebPush;
        await using var batch = database.CreateBatch();
        var former = new NpgsqlBatchCommand("delete from push.targets where provider = $1 and address = $2 and session_id <> $3");
        former.Parameters.AddValues((short)device.Target.Provider, device.Target.Address, device.Session);
        var put = new NpgsqlBatchCommand($"""
            insert into push.targets ({Columns}, registered_at) values ($1, $2, $3, $4, $5, $6, $7, $8)
            on conflict (session_id) do update set
                provider = excluded.provider, address = excluded.address, p256dh = excluded.p256dh, auth = excluded.auth, registered_at = excluded.registered_at
            """);
        put.Parameters.AddValues(
            device.Session, device.User.Value, device.Device, (short)device.Target.Provider, device.Target.Address, browser?.P256dh, browser?.Auth, time.GetUtcNow());
        batch.BatchCommands.Add(former);
        batch.BatchCommands.Add(put);
        await batch.ExecuteNonQueryAsync(ct);
    }

    public async Task Remove(IReadOnlyCollection<Guid> sessions, CancellationToken ct)
    {
        await using var command = database.CreateCommand("delete from push.targets where session_id = any($1)");
        command.Parameters.Add(SqlArray.Uuids(sessions));
        await command.ExecuteNonQueryAsync(ct);
    }

    public async Task Remove(UserId user, CancellationToken ct)
    {
        await using var command = database.Command("delete from push.targets where user_id = $1", user.Value);
        await command.ExecuteNonQueryAsync(ct);
    }

    public async Task<PushDevice?> Find(Guid session, CancellationToken ct) =>
        (await Read($"select {Columns} from push.targets where session_id = $1", new() { Value = session }, ct)).SingleOrDefault();

    public async Task<IReadOnlyList<PushDevice>> Of(IReadOnlyCollection<UserId> users, CancellationToken ct) =>
        await Read($"select {Columns} from push.targets where user_id = any($1)", SqlArray.Uuids(users.Select(static user => user.Value)), ct);

    async Task<List<PushDevice>> Read(string sql, NpgsqlParameter parameter, CancellationToken ct)
    {
        await using var command = database.CreateCommand(sql);
        command.Parameters.Add(parameter);
        var found = new List<PushDevice>();
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct)) found.Add(new(row.GetGuid(0), new(row.GetGuid(1)), row.GetGuid(2), TargetOf(row)));
        return found;
    }

    static PushTarget TargetOf(NpgsqlDataReader row) => (PushProvider)row.GetInt16(3) switch
    {
        PushProvider.Fcm => new PushTarget.Fcm(row.GetString(4)),
        PushProvider.Apns => new PushTarget.Apns(row.GetString(4)),
        PushProvider.WebPush => new PushTarget.WebPush(row.GetString(4), row.GetString(5), row.GetString(6)),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
