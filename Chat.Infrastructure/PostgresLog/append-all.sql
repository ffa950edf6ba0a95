-- Appends the whole batch when every append of it is in order, and nothing otherwise: the usual case, in as few index look-ups as it takes.
-- $1 stream, $2 expected revision: one element an append. $3 stream, $4 revision, $5 id, $6 type, $7 data, $8 metadata, $9 hash: one an event. $10 created.
-- Runs after the head row has been locked by the statement before it, so this snapshot sees every earlier append.
with batch as (
    select exists (select from unnest($5::uuid[]) as e(id) join log.events x on x.id = e.id)
        or exists (
            select from unnest($1::text[], $2::bigint[]) as a(stream, expected)
            where coalesce(
                (select max(x.revision) from log.events x where x.stream = a.stream and x.revision >= a.expected),
                (select d.revision from log.deleted d where d.stream = a.stream),
                case when a.expected = -1 then -1 end) is distinct from a.expected
        ) as refused
),
inserted as (
    insert into log.events (position, stream, revision, id, type, data, metadata, hash, created)
    select h.position + e.ordinal, e.stream, e.revision, e.id, e.type, e.data, e.metadata, e.hash, $10
    from batch, log.head h, unnest($3::text[], $4::bigint[], $5::uuid[], $6::text[], $7::bytea[], $8::bytea[], $9::bigint[]) with ordinality
        as e(stream, revision, id, type, data, metadata, hash, ordinal)
    where not batch.refused
),
counted as (
    update log.head set position = position + cardinality($5::uuid[]) from batch where not batch.refused and cardinality($5::uuid[]) > 0
)
select batch.refused, (select position from log.head) from batch
