using Chat.Application.Files;
using Chat.Domain.Conversations;
using Npgsql;

namespace Chat.Infrastructure.Files;

/// <summary>A row of chat.files as it is read everywhere.</summary>
static class FileRow
{
    public const string Columns =
        "id, owner, name, size, received, declared_type, state, why, media_type, sha256, width, height, color, blob, created_at, expires_at, declared_sha256";

    public static StoredFile Read(NpgsqlDataReader row) => new(
        new(row.GetGuid(0)), new(row.GetGuid(1)), row.GetString(2), row.GetInt64(3), row.GetInt64(4), Text(row, 5),
        Enum.Parse<FileState>(row.GetString(6), ignoreCase: true), Text(row, 7), Text(row, 8), Bytes(row, 9),
        row.IsDBNull(10) ? null : new ImageShape(row.GetInt32(10), row.GetInt32(11), row.GetString(12)),
        new(row.GetGuid(13)), row.GetFieldValue<DateTimeOffset>(14), row.GetFieldValue<DateTimeOffset>(15), Bytes(row, 16));

    static byte[]? Bytes(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<byte[]>(column);

    static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
