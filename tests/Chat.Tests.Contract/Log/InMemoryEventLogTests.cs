using Chat.Application.Log;
using Chat.Testing;

namespace Chat.Tests.Contract.Log;

public sealed class InMemoryEventLogTests : EventLogContract
{
    protected override Task<IEventLog> Open() => Task.FromResult<IEventLog>(new InMemoryEventLog());
}

public sealed class ForgetfulInMemoryEventLogTests : EventLogContract
{
    protected override Task<IEventLog> Open() => Task.FromResult<IEventLog>(new InMemoryEventLog { KnowsEveryId = false });
}
