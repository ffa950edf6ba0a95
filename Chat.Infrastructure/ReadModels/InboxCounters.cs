using Npgsql;

namespace Chat.Infrastructure.ReadModels;

/// <summary>What messages do to the counters of members: ahead of any look, in direct conversations and groups.</summary>
static class InboxCounters
{
    // Whatever is there already was counted by whoever put it there: the same again changes nothing.
    public static void Save(ReadBatch batch, IReadOnlyCollection<CountedMessage> messages) => batch.Write(
        $$"""
        with now as ({{MessagesGiven}}),
        saved as (
            insert into {schema}.messages (conversation, sequence, sender, mentions, deleted) select * from now
            on conflict (conversation, sequence) do nothing returning conversation, sequence, sender, mentions, deleted
        ),
        moved as (select conversation, sequence, sender, 1 as sign from saved where not deleted),
        mentioned as (select conversation, sequence, sender, unnest(mentions) as user_id, 1 as sign from saved where not deleted),
        {{MoveCounters}}
        """, Columns(messages));

    // Counters move by what each message counts now, less what it counted before.
    public static void Change(ReadBatch batch, IReadOnlyCollection<CountedMessage> messages) => batch.Write(
        $$"""
        with now as ({{MessagesGiven}}),
        saved as (
            update {schema}.messages m set mentions = now.mentions, deleted = now.deleted from now
            where m.conversation = now.conversation and m.sequence = now.sequence
        ),
        versions as (
            select conversation, sequence, sender, mentions, 1 as sign from now where not deleted
            union all
            select m.conversation, m.sequence, m.sender, m.mentions, -1 from now join {schema}.messages m using (conversation, sequence) where not m.deleted
        ),
        moved as (select conversation, sequence, sender, sum(sign) as sign from versions group by conversation, sequence, sender),
        mentioned as (
            select conversation, sequence, sender, user_id, sum(sign) as sign from versions cross join unnest(mentions) as user_id
            group by conversation, sequence, sender, user_id having sum(sign) <> 0
        ),
        {{MoveCounters}}
        """, Columns(messages));

    const string MessagesGiven =
        "select c as conversation, s as sequence, b as sender, m::uuid[] as mentions, d as deleted from unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::text[], $5::boolean[]) as r(c, s, b, m, d)";

    // A member's row is met once for a conversation and not once for a message: nearly always all of these are after what the member has read.
    const string MoveCounters = """
        senders as (
            select conversation, sender, sum(sign) as messages, min(sequence) as first, bool_or(sign <> 0) as moves from moved group by conversation, sender
        ),
        counted as (
            select s.conversation, sum(s.messages)::bigint as messages, min(s.first) as first, bool_or(s.moves) as moves,
                array_agg(s.sender) as senders, array_agg(s.messages::bigint) as of_sender,
                array(select m.user_id from mentioned m where m.conversation = s.conversation) as mentioned
            from senders s join {schema}.conversations g on g.conversation = s.conversation and g.kind <> 2
            group by s.conversation
        )
        update {schema}.items i set
            unread = i.unread + case
                when c.first > greatest(i.since, i.read_up_to) then c.messages - coalesce(c.of_sender[array_position(c.senders, i.user_id)], 0)
                else (
                    select coalesce(sum(m.sign), 0) from moved m
                    where m.conversation = i.conversation and m.sequence > greatest(i.since, i.read_up_to) and m.sender <> i.user_id)
            end,
            mentions = i.mentions + case
                when i.user_id = any(c.mentioned) then (
                    select coalesce(sum(m.sign), 0) from mentioned m
                    where m.conversation = i.conversation and m.user_id = i.user_id and m.sequence > greatest(i.since, i.read_up_to) and m.sender <> i.user_id)
                else 0
            end
        from counted c
        where i.conversation = c.conversation and i.until is null and (c.moves and c.senders <> array[i.user_id] or i.user_id = any(c.mentioned))
        """;

    static NpgsqlParameter[] Columns(IReadOnlyCollection<CountedMessage> messages) =>
    [
        SqlArray.Uuids(messages.Select(static message => message.Conversation.Value)),
        SqlArray.Longs(messages.Select(static message => message.Sequence)),
        SqlArray.Uuids(messages.Select(static message => message.Sender.Value)),
        SqlArray.Texts(messages.Select(static message => message.Mentions.Count == 0 ? "{}" : $"{{{string.Join(',', message.Mentions)}}}")),
        SqlArray.Bools(messages.Select(static message => message.Deleted)),
    ];
}
