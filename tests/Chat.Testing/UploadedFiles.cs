using Chat.Application.Files;
using Chat.Domain;
using Chat.Domain.Conversations;

namespace Chat.Testing;

/// <summary>Rows of uploads as they stand after all that an upload goes through.</summary>
public static class UploadedFiles
{
    public static async Task Add(TestDatabase database, UserId owner, Attachment file, FileState state = FileState.Ready, TimeSpan? expires = null)
    {
        await using var command = database.Source.CreateCommand("""
            insert into chat.files (id, owner, name, size, received, state, media_type, width, height, color, blob, created_at, expires_at)
            values ($1, $2, $3, $4, $4, $5, $6, $7, $8, $9, $1, now(), now() + $10::interval)
            """);
        object?[] values =
        [
            file.File.Value, owner.Value, file.Name, file.Size, $"{state}".ToLowerInvariant(), file.MediaType, file.Image?.Width, file.Image?.Height, file.Image?.Color,
            expires ?? TimeSpan.FromHours(24),
        ];
        foreach (var value in values) command.Parameters.Add(new() { Value = value ?? DBNull.Value });
        await command.ExecuteNonQueryAsync();
    }
}
