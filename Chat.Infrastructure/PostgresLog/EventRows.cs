using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Chat.Application.Log;
using Npgsql;

namespace Chat.Infrastructure.PostgresLog;

/// <summary>Rows of log.events, read and checked.</summary>
static class EventRows
{
    public const string Columns = "position, stream, revision, id, type, data, metadata, hash, created";

    /// <exception cref="LogDamagedException">The row is not what was written.</exception>
    public static StoredEvent Read(NpgsqlDataReader reader)
    {
        var (type, data, metadata) = (reader.GetString(4), reader.GetFieldValue<byte[]>(5), reader.GetFieldValue<byte[]>(6));
        var (position, stream, revision) = (reader.GetInt64(0), reader.GetString(1), reader.GetInt64(2));
        if (Hash(type, data, metadata) != reader.GetInt64(7))
        {
            throw new LogDamagedException($"Event {revision} of {stream} (position {position}) is not what was written: its hash differs.");
        }
        return new(new(position), new(stream), revision, reader.GetGuid(3), type, data, metadata, reader.GetFieldValue<DateTimeOffset>(8));
    }

    /// <summary>The first 64 bits of SHA-256 over type, data and metadata: a flipped byte must not pass for a message.</summary>
    public static long Hash(string type, ReadOnlySpan<byte> data, ReadOnlySpan<byte> metadata)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(type));
        hash.AppendData([0]);
        hash.AppendData(data);
        hash.AppendData([0]);
        hash.AppendData(metadata);
        Span<byte> result = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(result);
        return BinaryPrimitives.ReadInt64BigEndian(result);
    }
}
