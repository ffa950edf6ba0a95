using Chat.Application.Presence;
using Chat.Infrastructure.Memory;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Chat.Tests.Contract.Presence;

public sealed class MemoryPresenceTests : PresenceContract<MemoryPresence>
{
    readonly FakeTimeProvider time = new();

    protected override Task<MemoryPresence> Open() => Task.FromResult(new MemoryPresence(Options.Create(new PresenceOptions()), time));

    protected override Task Pass(TimeSpan time)
    {
        this.time.Advance(time);
        return Task.CompletedTask;
    }
}
