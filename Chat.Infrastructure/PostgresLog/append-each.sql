-- Appends those of the batch that are in order and says of each of the others what is wrong with it. For batches that append-all.sql refused.
-- $1 stream, $2 expected revision: one element an append. $3 append number from 1, $4 id, $5 type, $6 data, $7 metadata, $8 hash: one an event. $9 created.
-- Runs after the head row has been locked by the statement before it, so this snapshot sees every earlier append.
with appends as (
    select a.stream, a.expected, a.no,
        coalesce(
            (select max(x.revision) from log.events x where x.stream = a.stream),
            (select d.revision from log.deleted d where d.stream = a.stream),
            -1) as actual
    from unnest($1::text[], $2::bigint[]) with ordinality as a(stream, expected, no)
),
events as (
    select * from unnest($3::bigint[], $4::uuid[], $5::text[], $6::bytea[], $7::bytea[], $8::bigint[]) with ordinality
        as e(no, id, type, data, metadata, hash, ordinal)
),
known as (
    select e.no, x.id, x.stream, x.revision, x.position from events e join log.events x on x.id = e.id
),
numbered as (
    select e.no, a.stream, a.expected + row_number() over (partition by e.no order by e.ordinal) as revision,
        (select position from log.head) + row_number() over (order by e.ordinal) as position,
        e.id, e.type, e.data, e.metadata, e.hash
    from events e join appends a on a.no = e.no
    where a.actual = a.expected and not exists (select from known k where k.no = a.no)
),
inserted as (
    insert into log.events (position, stream, revision, id, type, data, metadata, hash, created)
    select position, stream, revision, id, type, data, metadata, hash, $9 from numbered
),
counted as (
    update log.head set position = position + (select count(*) from numbered) where exists (select from numbered)
)
select a.no, a.actual, n.revision, coalesce(n.position, (select position from log.head)) as position, null::uuid as known_id, null::text as known_stream
from appends a left join (select no, max(revision) as revision, max(position) as position from numbered group by no) n on n.no = a.no
union all
select k.no, null, k.revision, k.position, k.id, k.stream from known k
