using Chat.Infrastructure.Postgres;

namespace Chat.Infrastructure.Files;

/// <summary>The tables of uploads. They are no read model: what is in them happened before anything was said, or was never said.</summary>
public static class FileTables
{
    public static readonly IReadOnlyList<Migration> Migrations =
    [
        new("files-1", """
            create table chat.files (
                id uuid primary key,
                owner uuid not null,
                name text not null,
                size bigint not null check (size > 0),
                received bigint not null default 0 check (received between 0 and size),
                declared_type text,
                state text not null default 'uploading' check (state in ('uploading', 'checking', 'ready', 'rejected')),
                why text,                               -- code of a rejection
                media_type text,
                sha256 bytea,
                width int,
                height int,
                color text,
                blob uuid not null,                     -- its own id until it is looked at; then what is served, shared by files of the owner with equal content
                tries int not null default 0,           -- to look at it, each counted before it is made
                tried_at timestamptz,                   -- or asked for
                claim_conversation uuid,                -- the message that refers to it: claimed before the append, for good
                claim_client_message uuid,
                claimed_at timestamptz,                 -- by the latest attempt at that message
                claims int not null default 0,          -- attempts that were not refused, as far as is known
                referenced boolean not null default false, -- the message is in the log: age does not collect it any more
                writer uuid,                            -- the request that brings bytes now; gone with its process within seconds
                writing_until timestamptz,
                created_at timestamptz not null,
                expires_at timestamptz not null,        -- when it is collected, unless a message refers to it
                check ((claim_conversation is null) = (claim_client_message is null)),
                check ((claim_conversation is null) = (claims = 0))
            );
            create index on chat.files (owner, sha256);
            create index on chat.files (blob);
            create index on chat.files (tried_at) where state = 'checking';
            create index on chat.files (expires_at) where claim_conversation is null;
            create index on chat.files (expires_at) where claim_conversation is not null and not referenced;

            -- Bytes an owner holds, moved in the transaction that adds or removes a file: what makes the quota exact.
            create table chat.file_usage (owner uuid primary key, bytes bigint not null check (bytes >= 0));

            -- Bytes that no row names any more; kept until the store has deleted them.
            create table chat.blobs_to_delete (blob uuid primary key);
            """),
        new("files-2", """
            alter table chat.files add column declared_sha256 bytea check (length(declared_sha256) = 32); -- only where the client puts the bytes into the store itself

            -- What clients may put into the store themselves, until no address can bring anything any more: kept whatever becomes of the file.
            create table chat.direct_uploads (file uuid primary key, until timestamptz not null);
            """),
    ];
}
