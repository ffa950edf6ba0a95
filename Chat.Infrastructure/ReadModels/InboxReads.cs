using Chat.Application.Log;
using Chat.Domain;
using Chat.Domain.Receipts;

namespace Chat.Infrastructure.ReadModels;

/// <summary>What a user's reading makes of one item of their inbox.</summary>
/// <param name="UpTo">-1 where nothing was read.</param>
/// <param name="Unread">The mark that stands in the end; null where reading has ended it.</param>
public sealed record InboxRead(ConversationId Conversation, UserId User, long UpTo = -1, UnreadMark? Unread = null, LogPosition Changed = default);

/// <summary>
/// Reading moves an item's place, and its counters are counted anew from there: messages after it are few. A mark as unread takes the place back and
/// keeps where it was.
/// </summary>
public static class InboxReads
{
    /// <summary>To be called after the messages of the same batch have been saved.</summary>
    public static void Save(ReadBatch batch, IReadOnlyCollection<InboxRead> reads)
    {
        if (reads.Count == 0) return;
        batch.Write(
            """
            with news as (
                select i.*, n.marked, n.unread_from, n.commit_position, n.prepare_position, greatest(coalesce(i.read_before_mark, i.read_up_to), n.up_to) as furthest
                from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::boolean[], $5::bigint[], $6::bigint[], $7::bigint[])
                    as n(conversation, user_id, up_to, marked, unread_from, commit_position, prepare_position)
                join {schema}.items i using (conversation, user_id)
            ),
            placed as (select n.*, case when marked then least(furthest, unread_from - 1) else furthest end as place from news n)
            update {schema}.items i set
                read_up_to = p.place, read_before_mark = case when p.marked then p.furthest end, unread = counted.unread, mentions = counted.mentions,
                changed_commit = greatest(i.changed_commit, p.commit_position), changed_prepare = greatest(i.changed_prepare, p.prepare_position)
            from placed p
            join {schema}.conversations c on c.conversation = p.conversation
            cross join lateral (
                select count(*) as unread, count(*) filter (where p.user_id = any(m.mentions)) as mentions from {schema}.messages m
                where c.kind <> 2 and p.until is null
                    and m.conversation = p.conversation and m.sequence > greatest(p.since, p.place) and m.sender <> p.user_id and not m.deleted
            ) counted
            where i.user_id = p.user_id and i.conversation = p.conversation
            """,
            SqlArray.Uuids(reads.Select(static read => read.Conversation.Value)),
            SqlArray.Uuids(reads.Select(static read => read.User.Value)),
            SqlArray.Longs(reads.Select(static read => read.UpTo)),
            SqlArray.Bools(reads.Select(static read => read.Unread is not null)),
            SqlArray.Longs(reads.Select(static read => read.Unread?.From)),
            SqlArray.Longs(reads.Select(static read => (long)read.Changed.Commit)),
            SqlArray.Longs(reads.Select(static read => (long)read.Changed.Prepare)));
    }
}
