using Chat.Infrastructure.Postgres;

namespace Chat.Infrastructure.PostgresLog;

public static class PostgresLogSchema
{
    public static readonly IReadOnlyList<Migration> Migrations =
    [
        new("event-log-1", """
            create schema log;

            create table log.events (
                position bigint primary key,
                stream text not null,
                revision bigint not null,
                id uuid not null unique,
                type text not null,
                data bytea not null,
                metadata bytea not null,
                hash bigint not null,
                created timestamptz not null,
                unique (stream, revision)
            );

            -- Where a deleted stream had come to: its revisions go on from there.
            create table log.deleted (stream text primary key, revision bigint not null);

            -- The one row that every append locks and counts up: see docs/adr/0003-postgres-log.md.
            create table log.head (
                single boolean primary key default true check (single),
                position bigint not null,
                epoch uuid not null
            ) with (fillfactor = 10);
            insert into log.head (position, epoch) values (0, gen_random_uuid());
            """),
        // By its bytes: a name has no language, comparing by one costs more, and an update of the system's locales can never put this index out of order.
        new("event-log-2", """alter table log.events alter column stream type text collate "C";"""),
    ];
}
