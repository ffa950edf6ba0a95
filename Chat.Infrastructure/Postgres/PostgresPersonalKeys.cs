using System.Security.Cryptography;
using BitFaster.Caching;
using BitFaster.Caching.Lru;
using Chat.Application.Keys;
using Chat.Domain;
using Npgsql;

namespace Chat.Infrastructure.Postgres;

/// <summary>
/// The data keys in the mutable table chat.personal_keys, each wrapped by the master key with its owner's id as associated data.
/// An erased user keeps a row without a key: that is how erasure is told from loss.
/// </summary>
public sealed class PostgresPersonalKeys(NpgsqlDataSource database, MasterKey master) : IPersonalKeys
{
    public static readonly IReadOnlyList<Migration> Migrations =
    [
        new("personal-keys-1", """
            create table chat.personal_keys (
                user_id uuid primary key,
                wrapped bytea,
                created_at timestamptz not null default now(),
                erased_at timestamptz,
                check ((wrapped is null) = (erased_at is not null))
            );
            """),
    ];

    // An erasure on another node counts here after a minute at the latest.
    readonly ICache<UserId, PersonalKey> cache =
        new ConcurrentLruBuilder<UserId, PersonalKey>().WithCapacity(100_000).WithExpireAfterWrite(TimeSpan.FromMinutes(1)).Build();

    public async Task Create(UserId owner, CancellationToken ct)
    {
        await using var command = database.CreateCommand("insert into chat.personal_keys (user_id, wrapped) values ($1, $2) on conflict do nothing");
        command.Parameters.Add(new() { Value = owner.Value });
        command.Parameters.Add(new() { Value = master.Wrap(RandomNumberGenerator.GetBytes(32), owner.Value) });
        await command.ExecuteNonQueryAsync(ct);
    }

    public ValueTask<IReadOnlyDictionary<UserId, PersonalKey>> Find(IReadOnlyCollection<UserId> owners, CancellationToken ct)
    {
        var found = new Dictionary<UserId, PersonalKey>(owners.Count);
        List<UserId>? unknown = null;
        foreach (var owner in owners)
        {
            if (cache.TryGet(owner, out var key)) found[owner] = key;
            else (unknown ??= []).Add(owner);
        }
        return unknown is null ? new(found) : new(Read(found, unknown, ct));
    }

    public async Task Erase(UserId owner, CancellationToken ct)
    {
        if (cache.TryGet(owner, out var known) && known.Value is null) return;
        // also where there is no row: an older key table was restored, and the log knows better
        await using var command = database.CreateCommand("""
            insert into chat.personal_keys (user_id, erased_at) values ($1, now())
            on conflict (user_id) do update set wrapped = null, erased_at = now() where personal_keys.erased_at is null
            """);
        command.Parameters.Add(new() { Value = owner.Value });
        await command.ExecuteNonQueryAsync(ct);
        cache.AddOrUpdate(owner, PersonalKey.Erased);
    }

    async Task<IReadOnlyDictionary<UserId, PersonalKey>> Read(Dictionary<UserId, PersonalKey> found, List<UserId> unknown, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select user_id, wrapped from chat.personal_keys where user_id = any($1)");
        command.Parameters.Add(new() { Value = unknown.Select(static owner => owner.Value).ToArray() });
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var owner = new UserId(reader.GetGuid(0));
            var key = reader.IsDBNull(1) ? PersonalKey.Erased : new PersonalKey(master.Unwrap(reader.GetFieldValue<byte[]>(1), owner.Value));
            cache.AddOrUpdate(owner, key);
            found[owner] = key;
        }
        foreach (var owner in unknown)
        {
            if (!found.ContainsKey(owner)) throw new PersonalKeyMissingException(owner);
        }
        return found;
    }
}
