using Chat.Application.Receipts;
using Chat.Domain;
using Chat.Infrastructure.Postgres;
using Npgsql;

namespace Chat.Infrastructure.ReadModels;

/// <summary>Receipts out of their tables, with the right to see them out of the timeline's.</summary>
public sealed class PostgresReceipts(NpgsqlDataSource database) : IReceiptsReader, IReceiptViews
{
    // Both ways: nobody sees the reading of one who hides it, and who hides it sees nobody's. Their own everybody sees.
    const string Hidden = """
        o.user_id <> $2 and (exists (select from read.receipts_privacy p where p.user_id = o.user_id and p.hidden)
            or exists (select from read.receipts_privacy p where p.user_id = $2 and p.hidden))
        """;

    public async Task<IReadOnlyList<Watermark>> Of(Guid conversation, CancellationToken ct) => await Read(
        "select user_id, delivered, read from read.receipts_members where conversation = $1",
        static row => new Watermark(row.GetGuid(0), row.GetInt64(1), row.GetInt64(2)), ct, conversation);

    public async Task<IReadOnlyList<MemberReceipt>?> Members(UserId reader, ConversationId conversation, UserId? after, int limit, CancellationToken ct)
    {
        if (!await IsMember(reader, conversation, ct)) return null;
        return await Read(
            $"""
            select o.user_id, coalesce(r.delivered, -1), case when h.hidden then -1 else coalesce(r.read, -1) end, r.delivered_at, case when not h.hidden then r.read_at end
            from read.timeline_visibility o
            cross join lateral (select {Hidden} as hidden) h
            left join read.receipts_members r on r.conversation = o.conversation and r.user_id = o.user_id
            where o.conversation = $1 and o.visible_until is null and ($3::uuid is null or o.user_id > $3) order by o.user_id limit $4
            """,
            static row => new MemberReceipt(new(row.GetGuid(0)), row.GetInt64(1), row.GetInt64(2), Time(row, 3), Time(row, 4)),
            ct, conversation.Value, reader.Value, after?.Value, limit);
    }

    public async Task<IReadOnlyList<MessageReceipt>?> Message(UserId reader, ConversationId conversation, MessageId message, UserId? after, int limit, CancellationToken ct)
    {
        if (await Find(reader, conversation, message, ct) is not { } found) return null;
        return await Read(
            $"""
            select o.user_id, $4 or coalesce(r.delivered >= $3, false), not h.hidden and ($4 or coalesce(r.read >= $3, false)),
                case when not $4 then {Since("delivered")} end, case when not $4 and not h.hidden then {Since("read")} end
            from read.timeline_visibility o
            cross join lateral (select {Hidden} as hidden) h
            left join read.receipts_members r on r.conversation = o.conversation and r.user_id = o.user_id
            where o.conversation = $1 and o.visible_until is null and o.visible_from <= $3 and o.user_id <> $5 and ($6::uuid is null or o.user_id > $6)
            order by o.user_id limit $7
            """,
            static row => new MessageReceipt(new(row.GetGuid(0)), row.GetBoolean(1), row.GetBoolean(2), Time(row, 3), Time(row, 4)),
            ct, conversation.Value, reader.Value, found.Sequence, found.CountsAsRead, found.Sender.Value, after?.Value, limit);
    }

    public async Task<IReadOnlyList<DevicePlace>> Device(UserId user, DeviceId device, ConversationId? after, int limit, CancellationToken ct) => await Read(
        """
        select conversation, delivered, read, delivered_at, read_at from read.receipts_devices
        where user_id = $1 and device = $2 and ($3::uuid is null or conversation > $3) order by conversation limit $4
        """,
        static row => new DevicePlace(new(row.GetGuid(0)), row.GetInt64(1), row.GetInt64(2), Time(row, 3), Time(row, 4)),
        ct, user.Value, device.Value, after?.Value, limit);

    public async Task<IReadOnlyDictionary<DeviceId, LastReceipts>> Devices(UserId user, CancellationToken ct) => (await Read(
        "select device, max(delivered_at), max(read_at) from read.receipts_devices where user_id = $1 group by device",
        static row => (Device: new DeviceId(row.GetGuid(0)), Last: new LastReceipts(Time(row, 1), Time(row, 2))), ct, user.Value))
        .ToDictionary(static found => found.Device, static found => found.Last);

    public async Task<PendingMessages> Pending(UserId user, IReadOnlyCollection<DeviceId> devices, CancellationToken ct)
    {
        var counts = await Read(
            $"""
            with places as (
                select null::uuid as device, i.conversation, greatest(i.since, coalesce(r.delivered, -1)) as held
                from read.inbox_items i left join read.receipts_members r on r.conversation = i.conversation and r.user_id = $1
                where i.user_id = $1 and i.until is null
                union all
                select d.device, i.conversation, greatest(i.since, coalesce(r.delivered, -1))
                from unnest($2::uuid[]) as d(device) cross join read.inbox_items i
                left join read.receipts_devices r on r.user_id = $1 and r.device = d.device and r.conversation = i.conversation
                where i.user_id = $1 and i.until is null
            )
            select p.device, sum(c.pending)::bigint from places p cross join lateral (
                select count(*) as pending from (
                    select from read.inbox_messages m
                    where m.conversation = p.conversation and m.sequence > p.held and m.sender <> $1 and not m.deleted limit {IReceiptViews.MostPending}
                ) few
            ) c group by p.device
            """,
            static row => (Device: row.IsDBNull(0) ? (DeviceId?)null : new DeviceId(row.GetGuid(0)), Pending: row.GetInt64(1)), ct,
            user.Value, devices.Select(static device => device.Value).ToArray());
        return new(
            counts.SingleOrDefault(static count => count.Device is null).Pending,
            counts.Where(static count => count.Device is not null).ToDictionary(static count => count.Device!.Value, static count => count.Pending));
    }

    sealed record Found(long Sequence, UserId Sender, bool CountsAsRead);

    async Task<Found?> Find(UserId reader, ConversationId conversation, MessageId message, CancellationToken ct) => (await Read(
        $"""
        select e.sequence, e.sender, exists (
            select from read.timeline_entries n where n.conversation = $1 and n.sequence > e.sequence and n.message is not null offset {IReceiptViews.Window - 1} limit 1)
        from read.timeline_visibility v join read.timeline_entries e on e.conversation = v.conversation and e.message = $3 and e.sequence >= v.visible_from
        where v.conversation = $1 and v.user_id = $2 and v.visible_until is null
        """,
        static row => new Found(row.GetInt64(0), new(row.GetGuid(1)), row.GetBoolean(2)), ct, conversation.Value, reader.Value, message.Value)).SingleOrDefault();

    async Task<bool> IsMember(UserId reader, ConversationId conversation, CancellationToken ct) => (await Read(
        "select true from read.timeline_visibility where conversation = $1 and user_id = $2 and visible_until is null",
        static row => row.GetBoolean(0), ct, conversation.Value, reader.Value)).Count > 0;

    // The first step that got there; unknown when the steps before it are forgotten, one of which may have been the first.
    static string Since(string watermark) => $"""
        (select case when s.revision = 0 or exists (
                select from read.receipts_steps b where b.conversation = s.conversation and b.user_id = s.user_id and b.revision = s.revision - 1) then s.at end
            from read.receipts_steps s where s.conversation = o.conversation and s.user_id = o.user_id and s.{watermark} >= $3 order by s.revision limit 1)
        """;

    static DateTimeOffset? Time(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);

    async Task<List<T>> Read<T>(string sql, Func<NpgsqlDataReader, T> read, CancellationToken ct, params object?[] parameters)
    {
        await using var command = database.Command(sql, parameters);
        var found = new List<T>();
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct)) found.Add(read(row));
        return found;
    }
}
