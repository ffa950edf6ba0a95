using Chat.Domain;

namespace Chat.Infrastructure.ReadModels;

/// <summary>Which message a file belongs to.</summary>
public sealed record AttachmentRow(FileId File, ConversationId Conversation, long Sequence, UserId Author);

/// <summary>
/// The timeline's table of files: what the log refers to. It lies under the timeline's checkpoint, so that whoever is shown a message may have
/// its files at once. A row outlives its message, marked: that is how the bytes are found that have to go.
/// </summary>
public static class AttachmentRows
{
    internal static string Ddl(string schema) => $"""
        create table {schema}.attachments (
            file uuid primary key,
            conversation uuid not null,
            sequence bigint not null,
            author uuid not null,
            deleted boolean not null default false
        );
        create index on {schema}.attachments (conversation, sequence);
        create index on {schema}.attachments (file) where deleted;
        """;

    /// <param name="gone">Messages that were deleted; those without files are passed over.</param>
    public static void Save(ReadBatch batch, IReadOnlyCollection<AttachmentRow> added, IReadOnlyCollection<(ConversationId Conversation, long Sequence)> gone)
    {
        if (added.Count > 0)
        {
            batch.Write(
                """
                insert into {schema}.attachments (file, conversation, sequence, author) select * from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::uuid[])
                on conflict (file) do nothing
                """,
                SqlArray.Uuids(added.Select(static row => row.File.Value)),
                SqlArray.Uuids(added.Select(static row => row.Conversation.Value)),
                SqlArray.Longs(added.Select(static row => row.Sequence)),
                SqlArray.Uuids(added.Select(static row => row.Author.Value)));
        }
        if (gone.Count > 0)
        {
            batch.Write(
                """
                update {schema}.attachments a set deleted = true from unnest($1::uuid[], $2::bigint[]) as r(conversation, sequence)
                where a.conversation = r.conversation and a.sequence = r.sequence
                """,
                SqlArray.Uuids(gone.Select(static message => message.Conversation.Value)),
                SqlArray.Longs(gone.Select(static message => message.Sequence)));
        }
    }

    /// <summary>Gives up the files of an erased user in these conversations, to be called after everything else of the batch.</summary>
    public static void Erase(ReadBatch batch, UserId author, IReadOnlyCollection<ConversationId> conversations) => batch.Write(
        "update {schema}.attachments set deleted = true where conversation = any($1) and author = $2 and not deleted",
        SqlArray.Uuids(conversations.Select(static conversation => conversation.Value)), new Npgsql.NpgsqlParameter { Value = author.Value });
}
