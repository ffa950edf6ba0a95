using System.Security.Cryptography;
using Npgsql;

namespace Chat.Infrastructure.Postgres;

/// <param name="Id">The "kid" of tokens that it signs.</param>
public sealed record SigningKey(Guid Id, ECDsa Key, DateTimeOffset CreatedAt);

/// <summary>
/// The P-256 keys that sign access tokens, shared by all nodes through chat.signing_keys, each wrapped by the master key. The newest
/// signs; older ones verify until they are retired, so that keys can change without logging anybody out.
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

    static readonly TimeSpan Rereading = TimeSpan.FromSeconds(1);

    volatile List<SigningKey> keys = [];
    DateTimeOffset read;

    /// <summary>All that verify, the one that signs first. Empty before <see cref="Load"/>.</summary>
    public IReadOnlyList<SigningKey> Current => keys;

    /// <summary>Reads the keys and makes the first one when there is none: one, also when several nodes start together.</summary>
    public async Task Load(CancellationToken ct)
    {
        await Read(ct);
        if (keys.Count == 0) await Add("where not exists (select from chat.signing_keys where retired_at is null)", ct);
    }

    /// <summary>The key of an id. One that is unknown may be another node's new one: looked up, but not more often than once a second.</summary>
    public async ValueTask<SigningKey?> Find(Guid id, CancellationToken ct)
    {
        if (Known(id) is { } known) return known;
        if (time.GetUtcNow() - read < Rereading) return null;
        await Read(ct);
        return Known(id);
    }

    /// <summary>Makes a new key, which signs from now on.</summary>
    public Task Add(CancellationToken ct) => Add("", ct);

    async Task Add(string condition, CancellationToken ct)
    {
        var id = Guid.CreateVersion7();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var alone = new NpgsqlCommand("lock table chat.signing_keys in share row exclusive mode", connection, transaction);
        await alone.ExecuteNonQueryAsync(ct);
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
        await using var command = database.CreateCommand("select id, wrapped, created_at from chat.signing_keys where retired_at is null order by created_at desc, id desc");
        await using var reader = await command.ExecuteReaderAsync(ct);
        var found = new List<SigningKey>();
        while (await reader.ReadAsync(ct))
        {
            var id = reader.GetGuid(0);
            found.Add(Known(id) ?? new(id, Import(master.Unwrap(reader.GetFieldValue<byte[]>(1), id)), reader.GetFieldValue<DateTimeOffset>(2)));
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
