using Chat.Application.Files;
using Chat.Testing;

namespace Chat.Tests.Contract.Files;

public sealed class InMemoryDirectUploadsTests : DirectUploadsContract
{
    readonly InMemoryBlobStore store = new();

    protected override Task<IBlobStore> Open() => Task.FromResult<IBlobStore>(store);

    protected override Task<bool> Put(DirectAddress address, byte[] content) => Task.FromResult(store.TryPut(Key, content));
}
