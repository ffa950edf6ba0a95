using Chat.Application.Files;
using Chat.Domain;
using Chat.Domain.Conversations;
using Chat.Testing;

namespace Chat.Tests.Contract.Files;

public sealed class InMemoryFileClaimsTests : FileClaimsContract
{
    readonly InMemoryFileClaims claims = new();

    protected override Task<IFileClaims> Open() => Task.FromResult<IFileClaims>(claims);

    protected override Task Add(UserId owner, Attachment file, FileState state)
    {
        claims.Add(new(file, owner, state, null));
        return Task.CompletedTask;
    }
}
