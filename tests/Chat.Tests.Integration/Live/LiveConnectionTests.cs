using System.IO.Pipelines;
using Chat.Api.Live;
using Chat.Domain;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Time.Testing;

namespace Chat.Tests.Integration.Live;

/// <summary>A device that reads nothing, with the bound of what waits for it.</summary>
public sealed class LiveConnectionTests
{
    const int Bound = 1024 * 1024;

    readonly FakeTimeProvider time = new(DateTimeOffset.UnixEpoch.AddYears(56));
    readonly LiveConnection connection;

    // the first write already waits for a reader
    public LiveConnectionTests() => connection = new PipedDevice(new(Guid.NewGuid()), time, new(pauseWriterThreshold: 1, resumeWriterThreshold: 1)).Connection;

    static SerializedHubMessage Message => new(new InvocationMessage("entries", ["hello"]));

    [Fact]
    public void it_takes_a_mebibyte_and_no_more()
    {
        Assert.True(connection.TrySend(Message, Bound / 2));
        Assert.True(connection.TrySend(Message, Bound / 2));
        Assert.False(connection.TrySend(Message, 1));
    }

    [Fact]
    public void it_is_stuck_once_a_write_has_taken_more_than_ten_seconds()
    {
        connection.TrySend(Message, 10); // begins to write before it returns
        time.Advance(TimeSpan.FromSeconds(9));
        Assert.False(connection.IsStuck);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.True(connection.IsStuck);
    }

    [Fact]
    public void it_takes_no_command_while_it_is_let_go()
    {
        Assert.True(connection.TryBegin());
        var leaving = connection.Leave(new("draining", true, 0));
        Assert.False(connection.TryBegin());
        Assert.False(leaving.IsCompleted); // one is under way
    }
}
