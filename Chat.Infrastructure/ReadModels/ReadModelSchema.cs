using Chat.Infrastructure.Postgres;

namespace Chat.Infrastructure.ReadModels;

public static class ReadModelSchema
{
    /// <summary>SQLSTATE of a batch whose checkpoint somebody else has moved.</summary>
    internal const string Fenced = "CH001";

    public static readonly IReadOnlyList<Migration> Migrations =
    [
        new("read-models-1", """
            create schema read;

            create table read.checkpoints (
                projection text not null,
                generation int not null,
                live boolean not null,
                commit_position bigint not null default 0,
                prepare_position bigint not null default 0,
                epoch uuid not null,
                updated_at timestamptz not null default now(),
                failure text,
                failed_position text,
                primary key (projection, generation)
            ) with (fillfactor = 50);
            create unique index on read.checkpoints (projection) where live;

            create table read.skipped (
                projection text not null,
                commit_position bigint not null,
                prepare_position bigint not null,
                why text not null,
                skipped_at timestamptz not null default now(),
                primary key (projection, commit_position, prepare_position)
            );

            -- First statement of every batch: moves the checkpoint from where the batch began, or fails the whole batch. Read models can be made
            -- again from the log, and rows and checkpoint are lost or kept together, so this commit need not wait for the disk.
            create function read.advance(name text, gen int, from_commit bigint, from_prepare bigint, to_commit bigint, to_prepare bigint)
            returns void language plpgsql as $$
            begin
                perform set_config('synchronous_commit', 'off', true);
                update read.checkpoints
                set commit_position = to_commit, prepare_position = to_prepare, updated_at = now(), failure = null, failed_position = null
                where projection = name and generation = gen and commit_position = from_commit and prepare_position = from_prepare;
                if not found then
                    raise exception 'the checkpoint of % has moved', name using errcode = 'CH001';
                end if;
            end $$;
            """),
        // A generation that is no longer live takes no batch of a runner that took it for live.
        new("read-models-2", """
            drop function read.advance(text, int, bigint, bigint, bigint, bigint);
            create function read.advance(name text, gen int, was_live boolean, from_commit bigint, from_prepare bigint, to_commit bigint, to_prepare bigint)
            returns void language plpgsql as $$
            begin
                perform set_config('synchronous_commit', 'off', true);
                update read.checkpoints
                set commit_position = to_commit, prepare_position = to_prepare, updated_at = now(), failure = null, failed_position = null
                where projection = name and generation = gen and live = was_live and commit_position = from_commit and prepare_position = from_prepare;
                if not found then
                    raise exception 'the checkpoint of % has moved', name using errcode = 'CH001';
                end if;
            end $$;
            """),
        .. GenerationSchema.Migrations,
    ];
}
