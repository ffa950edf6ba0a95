using Chat.Application.Log;
using Chat.Domain;
using Npgsql;

namespace Chat.Infrastructure.ReadModels;

/// <summary>Takes the words of an erased user out of what the inboxes of others show.</summary>
public static class InboxErasure
{
    /// <summary>Every conversation that a user is or was in.</summary>
    public static Task<List<ConversationId>> ConversationsOf(ReadBatch batch, UserId user, CancellationToken ct) => batch.Query(
        "select conversation from {schema}.items where user_id = $1", static row => new ConversationId(row.GetGuid(0)), ct, Value(user.Value));

    /// <summary>To be called after everything else of the batch: a change that comes after the erasure stays the last one.</summary>
    public static void Save(ReadBatch batch, UserId user, IReadOnlyCollection<ConversationId> conversations, LogPosition position) => batch.Write(
        """
        update {schema}.conversations c set
            name = case when shown.named then $3 else c.name end,
            last_text = case when shown.said then $3 else c.last_text end,
            changed_commit = case when shown.older then $4 else c.changed_commit end,
            changed_prepare = case when shown.older then $5 else c.changed_prepare end
        from (
            select conversation, named_by = $2 and name is not null as named, last_sender = $2 and last_text is not null as said,
                (changed_commit, changed_prepare) < ($4, $5) as older
            from {schema}.conversations where conversation = any($1)
        ) shown
        where c.conversation = shown.conversation and (shown.named or shown.said)
        """,
        SqlArray.Uuids(conversations.Select(static conversation => conversation.Value)), Value(user.Value), Value(PersonalText.Erased),
        Value((long)position.Commit), Value((long)position.Prepare));

    static NpgsqlParameter Value(object value) => new() { Value = value };
}
