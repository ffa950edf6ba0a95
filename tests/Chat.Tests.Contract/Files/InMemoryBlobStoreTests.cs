using Chat.Application.Files;
using Chat.Testing;

namespace Chat.Tests.Contract.Files;

public sealed class InMemoryBlobStoreTests : BlobStoreContract
{
    protected override Task<IBlobStore> Open() => Task.FromResult<IBlobStore>(new InMemoryBlobStore());

    protected override IBlobStore Reopen() => Store;
}
