using System.Buffers;
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
        var length = Encoding.UTF8.GetByteCount(type) + data.Length + metadata.Length + 2;
        var rented = ArrayPool<byte>.Shared.Rent(length);
        var bytes = rented.AsSpan(0, length);
        var at = Encoding.UTF8.GetBytes(type, bytes);
        bytes[at++] = 0;
        data.CopyTo(bytes[at..]);
        at += data.Length;
        bytes[at++] = 0;
        metadata.CopyTo(bytes[at..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        ArrayPool<byte>.Shared.Return(rented);
        return BinaryPrimitives.ReadInt64BigEndian(hash);
    }
}
