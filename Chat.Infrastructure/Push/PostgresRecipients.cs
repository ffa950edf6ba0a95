using Chat.Application.Conversations;
using Chat.Application.Log;
using Chat.Application.Push;
using Chat.Application.Receipts;
using Chat.Domain;
using Chat.Infrastructure.Postgres;
using Chat.Infrastructure.ReadModels;
using Npgsql;

namespace Chat.Infrastructure.Push;

public sealed class PostgresRecipients(NpgsqlDataSource database, ReadModelProgress progress, IReceiptsReader receipts) : IRecipientsReader
{
    static readonly string[] Models = ["inbox", "directory", "timeline"];
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <exception cref="ReadModelBehindException">The read models do not have the message yet: they would not know who was just added.</exception>
    public async Task<IReadOnlyList<Recipient>> Of(PushNews news, IReadOnlyCollection<UserId>? among, CancellationToken ct)
    {
        if (!await progress.WaitFor(news.Position, Models, Patience, ct)) throw new ReadModelBehindException($"Not at {news.Position} yet.");
        var members = await Members(news, among, ct);
        if (members.Count == 0) return members;
        var marks = (await receipts.Of(news.Conversation.Value, ct)).ToDictionary(static mark => mark.Member);
        return [.. members.Select(member => marks.TryGetValue(member.User.Value, out var mark)
            ? member with { Delivered = mark.Delivered, Read = Math.Max(member.Read, mark.Read) }
            : member)];
    }

    async Task<List<Recipient>> Members(PushNews news, IReadOnlyCollection<UserId>? among, CancellationToken ct)
    {
        await using var command = database.CreateCommand("""
            select i.user_id, i.since, coalesce(p.muted, false),
                exists (select from read.directory_blocks b where b.user_id = i.user_id and b.blocked = $2), i.read_up_to
            from read.inbox_items i left join read.inbox_preferences p on p.user_id = i.user_id and p.conversation = i.conversation
            where i.conversation = $1 and i.until is null and ($3::uuid[] is null or i.user_id = any($3))
                and exists (select from push.targets t where t.user_id = i.user_id)
            """);
        command.Parameters.AddValues(news.Conversation.Value, news.Sender.Value, among?.Select(static user => user.Value).ToArray());
        var found = new List<Recipient>();
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct)) found.Add(new(new(row.GetGuid(0)), row.GetInt64(1), row.GetBoolean(2), row.GetBoolean(3), -1, row.GetInt64(4)));
        return found;
    }
}
