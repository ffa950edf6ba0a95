using System.Security.Cryptography;
using Npgsql;
using NpgsqlTypes;

namespace Chat.Infrastructure.Postgres;

/// <param name="Id">The "kid" of tokens that it signs.</param>
/// <param name="RetiredAt">When it stops verifying, once another one has taken its place.</param>
public sealed record SigningKey(Guid Id, ECDsa Key, DateTimeOffset CreatedAt, DateTimeOffset? RetiredAt);

/// <summary>
/// The P-256 keys that sign access tokens, shared by all nodes through chat.signing_keys, each wrapped by the master key. The newest
/// signs; older ones verify until their tokens have died, so that keys can change without logging anybody out.
/// </summary>
public sealed class SigningKeys(NpgsqlDataSource database, MasterKey master, TimeProvider time)
{
    public static readonly IReadOnlyList<Migration> Migrations =
    [
        new("signing-keys-1", """
            create table chat.signing_keys (
                id uuid primary key,
                wrapped bytea not null,
                created_at timestamptz not null,
                retired_at timestamptz
            );
            """),
    ];

    /// <summary>How long an access token may be good at most.</summary>
    public static readonly TimeSpan LongestToken = TimeSpan.FromHours(24);

    // and an hour for clocks, and for nodes that have not heard of the new key yet
    static readonly TimeSpan Overlap = LongestToken + TimeSpan.FromHours(1);

    static readonly TimeSpan Rereading = TimeSpan.FromSeconds(1);

    volatile List<SigningKey> keys = [];
    DateTimeOffset read;

    /// <summary>All that verify, the one that signs first. Empty before <see cref="Load"/>.</summary>
    public IReadOnlyList<SigningKey> Current => keys;

    /// <summary>Reads the keys and makes the first one when there is none: one, also when several nodes start together.</summary>
    public async Task Load(CancellationToken ct)
    {
        await Read(ct);
        if (keys.Count == 0) await Add("where not exists (select from chat.signing_keys where retired_at is null)", null, ct);
    }

    /// <summary>The key of an id. One that is unknown may be another node's new one: looked up, but not more often than once a second.</summary>
    public async ValueTask<SigningKey?> Find(Guid id, CancellationToken ct)
    {
        if (Known(id) is { } known) return known;
        if (time.GetUtcNow() - read < Rereading) return null;
        await Read(ct);
        return Known(id);
    }

    /// <summary>Makes a new key, which signs from now on. Those before it verify until the last of their tokens has died.</summary>
    /// <param name="atOnce">They verify no more: one of them is in the wrong hands, and everybody refreshes.</param>
    public Task Rotate(bool atOnce, CancellationToken ct) => Add("", time.GetUtcNow() + (atOnce ? TimeSpan.Zero : Overlap), ct);

    async Task Add(string condition, DateTimeOffset? retireOthers, CancellationToken ct)
    {
        var id = Guid.CreateVersion7();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var alone = new NpgsqlCommand("lock table chat.signing_keys in share row exclusive mode", connection, transaction);
        await alone.ExecuteNonQueryAsync(ct);
        await using var others = new NpgsqlCommand("update chat.signing_keys set retired_at = least(retired_at, $1) where $1 is not null", connection, transaction);
        others.Parameters.Add(new() { Value = (object?)retireOthers ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        await others.ExecuteNonQueryAsync(ct);
        await using var command = new NpgsqlCommand($"insert into chat.signing_keys (id, wrapped, created_at) select $1, $2, $3 {condition}", connection, transaction);
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = master.Wrap(key.ExportPkcs8PrivateKey(), id) });
        command.Parameters.Add(new() { Value = time.GetUtcNow() });
        await command.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
        await Read(ct);
    }

    SigningKey? Known(Guid id) => keys.FirstOrDefault(key => key.Id == id);

    async Task Read(CancellationToken ct)
    {
        read = time.GetUtcNow();
        await using var command = database.CreateCommand("""
            select id, wrapped, created_at, retired_at from chat.signing_keys where coalesce(retired_at > $1, true)
            order by retired_at is not null, created_at desc, id desc
            """);
        command.Parameters.Add(new() { Value = read });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var found = new List<SigningKey>();
        while (await reader.ReadAsync(ct))
        {
            var id = reader.GetGuid(0);
            var key = Known(id)?.Key ?? Import(master.Unwrap(reader.GetFieldValue<byte[]>(1), id));
            found.Add(new(id, key, reader.GetFieldValue<DateTimeOffset>(2), reader.IsDBNull(3) ? null : reader.GetFieldValue<DateTimeOffset>(3)));
        }
        keys = found;
    }

    static ECDsa Import(byte[] pkcs8)
    {
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(pkcs8, out _);
        return key;
    }
}
