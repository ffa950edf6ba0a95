using Chat.Application.Log;
using Chat.Application.Push;
using Chat.Application.Receipts;
using Chat.Domain;
using Chat.Infrastructure.Postgres;
using Chat.Infrastructure.ReadModels;
using Npgsql;

namespace Chat.Infrastructure.Push;

/// <summary>One join over the read models and push.targets, and the watermarks of those it finds.</summary>
public sealed class PostgresRecipients(NpgsqlDataSource database, ReadModelProgress progress, IReceiptsReader receipts) : IRecipientsReader
{
    // the timeline is not read here, but what is decided here is said from there
    static readonly string[] Models = ["inbox", "directory", "timeline"];

    public async Task<IReadOnlyList<Recipient>> Of(
        IReadOnlyCollection<ConversationId> conversations, IReadOnlyCollection<UserId>? among, LogPosition asOf, CancellationToken ct)
    {
        await progress.Reach(asOf, Models, ct);
        var members = await Members(conversations, among, ct);
        var marks = new Dictionary<(ConversationId, UserId), Watermark>();
        foreach (var conversation in members.Select(static member => member.Conversation).Distinct())
        {
            foreach (var mark in await receipts.Of(conversation.Value, ct)) marks[(conversation, new(mark.Member))] = mark;
        }
        return [.. members.Select(member => marks.TryGetValue((member.Conversation, member.User), out var mark)
            ? member with { Delivered = mark.Delivered, Read = Math.Max(member.Read, mark.Read) }
            : member)];
    }

    async Task<List<Recipient>> Members(IReadOnlyCollection<ConversationId> conversations, IReadOnlyCollection<UserId>? among, CancellationToken ct)
    {
        await using var command = database.Command(
            """
            select i.conversation, i.user_id, i.since, coalesce(p.muted, false),
                array(select b.blocked from read.directory_blocks b where b.user_id = i.user_id) as blocked, i.read_up_to
            from read.inbox_items i left join read.inbox_preferences p on p.user_id = i.user_id and p.conversation = i.conversation
            where i.conversation = any($1) and i.until is null and ($2::uuid[] is null or i.user_id = any($2))
                and exists (select from push.targets t where t.user_id = i.user_id)
            """,
            conversations.Select(static conversation => conversation.Value).ToArray(), among?.Select(static user => user.Value).ToArray());
        var found = new List<Recipient>();
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            found.Add(new(
                new(row.GetGuid(0)), new(row.GetGuid(1)), row.GetInt64(2), row.GetBoolean(3), [.. row.GetFieldValue<Guid[]>(4).Select(static id => new UserId(id))],
                -1, row.GetInt64(5)));
        }
        return found;
    }
}
