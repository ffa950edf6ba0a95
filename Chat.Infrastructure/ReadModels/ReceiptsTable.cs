using Chat.Domain;
using Chat.Domain.Receipts;

namespace Chat.Infrastructure.ReadModels;

/// <summary>How far somebody, or one of their devices, has come, and when they got there.</summary>
public sealed record Reached(Mark Mark, DateTimeOffset? DeliveredAt, DateTimeOffset? ReadAt)
{
    public static readonly Reached Nothing = new(Mark.None, null, null);

    public Reached Advance(Mark to, DateTimeOffset at) => new(
        Mark.Merge(to), to.Delivered > Mark.Delivered ? at : DeliveredAt, to.Read > Mark.Read ? at : ReadAt);
}

/// <summary>One event of a receipts' stream: when what up to there was received or read on one of the devices.</summary>
public sealed record ReceiptStep(ConversationId Conversation, UserId User, long Revision, Mark Mark, DateTimeOffset At);

/// <summary>
/// The receipts' tables. Members and devices hold how far they are; steps hold how they got there, as far back as anybody may ask about
/// single messages. Nothing is read to write them: watermarks merge by maximum.
/// </summary>
public static class ReceiptsTable
{
    public static readonly ReadModel Model = new("receipts", ["members", "devices", "steps", "privacy"], static schema => $$"""
        create table {{schema}}.members (
            conversation uuid not null,
            user_id uuid not null,
            delivered bigint not null,
            read bigint not null,
            delivered_at timestamptz,
            read_at timestamptz,
            primary key (conversation, user_id)
        ) with (fillfactor = 50);

        create table {{schema}}.devices (
            user_id uuid not null,
            device uuid not null,
            conversation uuid not null,
            delivered bigint not null,
            read bigint not null,
            delivered_at timestamptz,
            read_at timestamptz,
            primary key (user_id, device, conversation)
        ) with (fillfactor = 50);

        create table {{schema}}.steps (
            conversation uuid not null,
            user_id uuid not null,
            revision bigint not null,
            delivered bigint not null,
            read bigint not null,
            at timestamptz not null,
            primary key (conversation, user_id, revision)
        );

        create table {{schema}}.privacy (user_id uuid primary key, hidden boolean not null);
        """);

    public static void SaveMembers(ReadBatch batch, IReadOnlyDictionary<(ConversationId Conversation, UserId User), Reached> members)
    {
        if (members.Count == 0) return;
        batch.Write(
            $$"""
            insert into {schema}.members as before (conversation, user_id, delivered, read, delivered_at, read_at)
            select * from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[], $5::timestamptz[], $6::timestamptz[])
            on conflict (conversation, user_id) do update set {{Merge}}
            """,
            [SqlArray.Uuids(members.Keys.Select(static key => key.Conversation.Value)), SqlArray.Uuids(members.Keys.Select(static key => key.User.Value)), .. Columns(members.Values)]);
    }

    public static void SaveDevices(ReadBatch batch, IReadOnlyDictionary<(ConversationId Conversation, UserId User, DeviceId Device), Reached> devices)
    {
        if (devices.Count == 0) return;
        batch.Write(
            $$"""
            insert into {schema}.devices as before (conversation, user_id, delivered, read, delivered_at, read_at, device)
            select * from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[], $5::timestamptz[], $6::timestamptz[], $7::uuid[])
            on conflict (user_id, device, conversation) do update set {{Merge}}
            """,
            [
                SqlArray.Uuids(devices.Keys.Select(static key => key.Conversation.Value)), SqlArray.Uuids(devices.Keys.Select(static key => key.User.Value)),
                .. Columns(devices.Values), SqlArray.Uuids(devices.Keys.Select(static key => key.Device.Value)),
            ]);
    }

    /// <param name="forgotten">Of these streams, the steps before a revision.</param>
    public static void SaveSteps(ReadBatch batch, IReadOnlyCollection<ReceiptStep> steps, IReadOnlyDictionary<(ConversationId Conversation, UserId User), long> forgotten)
    {
        if (steps.Count > 0)
        {
            batch.Write(
                """
                insert into {schema}.steps (conversation, user_id, revision, delivered, read, at)
                select * from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[], $6::timestamptz[]) on conflict do nothing
                """,
                SqlArray.Uuids(steps.Select(static step => step.Conversation.Value)),
                SqlArray.Uuids(steps.Select(static step => step.User.Value)),
                SqlArray.Longs(steps.Select(static step => step.Revision)),
                SqlArray.Longs(steps.Select(static step => step.Mark.Delivered)),
                SqlArray.Longs(steps.Select(static step => step.Mark.Read)),
                SqlArray.Times(steps.Select(static step => step.At)));
        }
        if (forgotten.Count > 0)
        {
            batch.Write(
                """
                delete from {schema}.steps s using unnest($1::uuid[], $2::uuid[], $3::bigint[]) as f(conversation, user_id, before)
                where s.conversation = f.conversation and s.user_id = f.user_id and s.revision < f.before
                """,
                SqlArray.Uuids(forgotten.Keys.Select(static key => key.Conversation.Value)),
                SqlArray.Uuids(forgotten.Keys.Select(static key => key.User.Value)),
                SqlArray.Longs(forgotten.Values));
        }
    }

    public static void SavePrivacy(ReadBatch batch, IReadOnlyDictionary<UserId, bool> hidden)
    {
        if (hidden.Count == 0) return;
        batch.Write(
            """
            insert into {schema}.privacy (user_id, hidden) select * from unnest($1::uuid[], $2::boolean[])
            on conflict (user_id) do update set hidden = excluded.hidden
            """,
            SqlArray.Uuids(hidden.Keys.Select(static user => user.Value)), SqlArray.Bools(hidden.Values));
    }

    const string Merge = """
        delivered = greatest(before.delivered, excluded.delivered),
        delivered_at = case when excluded.delivered > before.delivered then excluded.delivered_at else before.delivered_at end,
        read = greatest(before.read, excluded.read),
        read_at = case when excluded.read > before.read then excluded.read_at else before.read_at end
        """;

    static Npgsql.NpgsqlParameter[] Columns(IEnumerable<Reached> reached) =>
    [
        SqlArray.Longs(reached.Select(static r => r.Mark.Delivered)), SqlArray.Longs(reached.Select(static r => r.Mark.Read)),
        SqlArray.Times(reached.Select(static r => r.DeliveredAt)), SqlArray.Times(reached.Select(static r => r.ReadAt)),
    ];
}
