using Chat.Infrastructure.Postgres;

namespace Chat.Infrastructure.ReadModels;

/// <summary>What building, switching, pausing and verifying generations need beside the checkpoint itself.</summary>
static class GenerationSchema
{
    public static readonly IReadOnlyList<Migration> Migrations =
    [
        new("read-models-generations", """
            alter table read.checkpoints
                add paused_at timestamptz, -- of the live generation: it takes no batch meanwhile
                add retired_at timestamptz, -- it was live, and can be again
                add seal text, -- which position the checkpoint was moved to by a batch
                add moved_at timestamptz; -- when a batch found it moved by something else

            -- Where the partitions of a generation stand while it is being built; the generation's own checkpoint moves once they all have arrived.
            create table read.partitions (
                projection text not null,
                generation int not null,
                partition int not null,
                commit_position bigint not null,
                prepare_position bigint not null,
                primary key (projection, generation, partition),
                foreign key (projection, generation) references read.checkpoints on delete cascade
            ) with (fillfactor = 50);

            -- Not against malice: a checkpoint moved by hand leaves events unapplied, and nothing in the rows need show it.
            create function read.seal(name text, gen int, at_commit bigint, at_prepare bigint) returns text language sql immutable as $$
                select case when at_commit > 0 then md5(concat_ws(' ', name, gen, at_commit, at_prepare)) end
            $$;
            update read.checkpoints set seal = read.seal(projection, generation, commit_position, prepare_position);

            create or replace function read.advance(
                name text, gen int, was_live boolean, from_commit bigint, from_prepare bigint, to_commit bigint, to_prepare bigint)
            returns void language plpgsql as $$
            begin
                perform set_config('synchronous_commit', 'off', true);
                update read.checkpoints
                set commit_position = to_commit, prepare_position = to_prepare, updated_at = now(), failure = null, failed_position = null,
                    moved_at = case
                        when seal is distinct from read.seal(name, gen, from_commit, from_prepare) then coalesce(moved_at, now()) else moved_at
                    end,
                    seal = read.seal(name, gen, to_commit, to_prepare)
                where projection = name and generation = gen and live = was_live and commit_position = from_commit and prepare_position = from_prepare
                    and paused_at is null;
                if not found then
                    raise exception 'the checkpoint of % has moved', name using errcode = 'CH001';
                end if;
            end $$;

            create function read.advance_partition(
                name text, gen int, part int, from_commit bigint, from_prepare bigint, to_commit bigint, to_prepare bigint)
            returns void language plpgsql as $$
            begin
                perform set_config('synchronous_commit', 'off', true);
                update read.partitions set commit_position = to_commit, prepare_position = to_prepare
                where projection = name and generation = gen and partition = part and commit_position = from_commit and prepare_position = from_prepare;
                if not found then
                    raise exception 'partition % of % has moved', part, name using errcode = 'CH001';
                end if;
            end $$;
            """),
        // The same seal of immutable parts only, so that PostgreSQL takes it into the statement that asks instead of running a query of its own, twice a batch.
        new("read-models-seal", """
            create or replace function read.seal(name text, gen int, at_commit bigint, at_prepare bigint) returns text language sql immutable as $$
                select case when at_commit > 0 then md5(name || ' ' || gen::text || ' ' || at_commit::text || ' ' || at_prepare::text) end
            $$;
            """),
    ];
}
