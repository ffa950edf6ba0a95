-- $1 stream, $2 expected revision: one element an append. $3 append number from 1, $4 id, $5 type, $6 data, $7 metadata, $8 hash: one an event. $9 created.
-- The writer plans with hash joins only, or arrays would be joined to one another row by row; what is "lateral … limit 1" is looked up by index.
-- Runs after the head row has been locked by the statement before it, so this snapshot sees every earlier append.
with appends as (
    select * from unnest($1::text[], $2::bigint[]) with ordinality as a(stream, expected, no)
),
events as (
    select * from unnest($3::bigint[], $4::uuid[], $5::text[], $6::bytea[], $7::bytea[], $8::bigint[]) with ordinality
        as e(no, id, type, data, metadata, hash, ordinal)
),
known as (
    select e.no, x.id, x.stream, x.revision, x.position from events e
    cross join lateral (select id, stream, revision, position from log.events where id = e.id limit 1) x
),
heads as (
    select a.no, a.stream, a.expected, coalesce(s.revision, -1) as actual
    from appends a left join lateral (select revision from log.streams where stream = a.stream limit 1) s on true
),
accepted as (
    select h.no, h.stream, h.expected from heads h
    where h.actual = h.expected and not exists (select from known k where k.no = h.no)
),
numbered as (
    select e.no, a.stream, a.expected + row_number() over (partition by e.no order by e.ordinal) as revision,
        (select position from log.head) + row_number() over (order by e.ordinal) as position,
        e.id, e.type, e.data, e.metadata, e.hash
    from events e join accepted a on a.no = e.no
),
inserted as (
    insert into log.events (position, stream, revision, id, type, data, metadata, hash, created)
    select position, stream, revision, id, type, data, metadata, hash, $9 from numbered
),
advanced as (
    insert into log.streams (stream, revision) select stream, max(revision) from numbered group by stream
    on conflict (stream) do update set revision = excluded.revision
),
counted as (
    update log.head set position = position + (select count(*) from numbered) where exists (select from numbered)
)
select h.no, h.actual, n.revision, coalesce(n.position, (select position from log.head)) as position, null::uuid as known_id, null::text as known_stream
from heads h left join (select no, max(revision) as revision, max(position) as position from numbered group by no) n on n.no = h.no
union all
select k.no, null, k.revision, k.position, k.id, k.stream from known k
