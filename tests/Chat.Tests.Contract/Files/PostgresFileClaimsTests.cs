using Chat.Application.Files;
using Chat.Domain;
using Chat.Domain.Conversations;
using Chat.Infrastructure.Files;
using Chat.Infrastructure.Postgres;
using Chat.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chat.Tests.Contract.Files;

public sealed class PostgresFileClaimsTests : FileClaimsContract
{
    TestDatabase database = null!;

    protected override async Task<IFileClaims> Open()
    {
        database = await TestDatabase.Create();
        await new Migrations(database.Source, NullLogger<Migrations>.Instance).Apply(FileTables.Migrations, Ct);
        return new PostgresFileClaims(database.Source, TimeProvider.System);
    }

    protected override Task Add(UserId owner, Attachment file, FileState state) => UploadedFiles.Add(database, owner, file, state);

    public override async ValueTask DisposeAsync()
    {
        if (database is not null) await database.DisposeAsync();
        await base.DisposeAsync();
    }
}
