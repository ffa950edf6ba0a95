using Chat.Application.Files;
using Chat.Domain;
using Chat.Domain.Conversations;
using Chat.Infrastructure.Postgres;
using Npgsql;

namespace Chat.Infrastructure.Files;

/// <summary>Claims on the rows of chat.files. Rows are locked in one order, so that claims of the same files wait for one another and never deadlock.</summary>
public sealed class PostgresFileClaims(NpgsqlDataSource database, TimeProvider time) : IFileClaims
{
    public async Task<ClaimResult> Claim(FileClaim claim, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var result = ClaimableFile.Decide(claim, await Lock(connection, claim, ct));
        if (result is ClaimResult.Claimed)
        {
            await using var command = new NpgsqlCommand(
                "update chat.files set claim_conversation = $2, claim_client_message = $3, claimed_at = $4, claims = claims + 1 where id = any($1)", connection);
            command.Parameters.AddValues(Ids(claim), claim.Conversation.Value, claim.ClientMessage.Value, time.GetUtcNow());
            await command.ExecuteNonQueryAsync(ct);
            await transaction.CommitAsync(ct);
        }
        return result;
    }

    public async Task Release(FileClaim claim, CancellationToken ct)
    {
        await using var command = database.Command(
            """
            with mine as (
                select id, claims = 1 as last from chat.files
                where id = any($1) and owner = $2 and claim_conversation = $3 and claim_client_message = $4 order by id for update
            )
            update chat.files f set
                claims = claims - 1, claim_conversation = case when not last then claim_conversation end,
                claim_client_message = case when not last then claim_client_message end, claimed_at = case when not last then claimed_at end
            from mine where mine.id = f.id
            """,
            Ids(claim), claim.Owner.Value, claim.Conversation.Value, claim.ClientMessage.Value);
        await command.ExecuteNonQueryAsync(ct);
    }

    static async Task<Dictionary<FileId, ClaimableFile>> Lock(NpgsqlConnection connection, FileClaim claim, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            select id, owner, name, size, state, media_type, width, height, color, claim_conversation, claim_client_message
            from chat.files where id = any($1) and owner = $2 order by id for update
            """, connection);
        command.Parameters.AddValues(Ids(claim), claim.Owner.Value);
        var files = new Dictionary<FileId, ClaimableFile>();
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct)) files.Add(new(row.GetGuid(0)), Read(row));
        return files;
    }

    static ClaimableFile Read(NpgsqlDataReader row) => new(
        new(
            new(row.GetGuid(0)), row.GetString(2), row.IsDBNull(5) ? "" : row.GetString(5), row.GetInt64(3), // no type yet: not ready either
            row.IsDBNull(6) ? null : new(row.GetInt32(6), row.GetInt32(7), row.GetString(8))),
        new(row.GetGuid(1)), Enum.Parse<FileState>(row.GetString(4), ignoreCase: true),
        row.IsDBNull(9) ? null : (new(row.GetGuid(9)), new(row.GetGuid(10))));

    static Guid[] Ids(FileClaim claim) => [.. claim.Files.Select(static file => file.Value)];
}
