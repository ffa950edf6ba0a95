using System.Text;
using Chat.Application.Log;

namespace Chat.Tests.Contract.Log;

/// <summary>What every event log keeps to. Each adapter inherits it in one line.</summary>
public abstract partial class EventLogContract : IAsyncLifetime
{
    const string Long = "message-sent.v1";

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    protected IEventLog Log { get; private set; } = null!;

    protected abstract Task<IEventLog> Open();

    public async ValueTask InitializeAsync() => Log = await Open();

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    protected static StreamName AStream(string prefix = "conversation-") => new($"{prefix}{Guid.NewGuid():N}");

    protected static NewEvent AnEvent(string body = "{}", Guid? id = null) =>
        new(id ?? Guid.NewGuid(), Long, Encoding.UTF8.GetBytes(body), Encoding.UTF8.GetBytes("""{"lamport":1}"""));

    protected async Task<AppendResult.Appended> Append(StreamName stream, long expected, params NewEvent[] events) =>
        Assert.IsType<AppendResult.Appended>(await Log.Append(stream, expected, events, Ct));

    protected async Task<List<StoredEvent>> Read(StreamName stream, long from = 0, int max = int.MaxValue)
    {
        var read = new List<StoredEvent>();
        await foreach (var e in Log.ReadStream(stream, from, max, Ct)) read.Add(e);
        return read;
    }

    protected async Task<List<StoredEvent>> ReadAll(LogPosition after, StreamFilter? filter = null, int max = int.MaxValue)
    {
        var read = new List<StoredEvent>();
        await foreach (var e in Log.ReadAll(after, filter ?? StreamFilter.All, max, Ct)) read.Add(e);
        return read;
    }

    [Fact]
    public async Task a_deleted_stream_is_gone_and_goes_on_where_it_was()
    {
        var start = await Log.Head(Ct);
        var (stream, other) = (AStream(), AStream());
        await Append(stream, StreamName.NoStream, AnEvent(), AnEvent());
        await Append(other, StreamName.NoStream, AnEvent());
        await Log.Delete(stream, Ct);

        Assert.Empty(await Read(stream));
        Assert.Equal(1, await Log.LastRevision(stream, Ct));
        Assert.Equal(2, (await Append(stream, 1, AnEvent())).LastRevision);
        Assert.Equal([2], (await Read(stream)).Select(e => e.Revision));
        Assert.Equal([(other, 0), (stream, 2)], (await ReadAll(start)).Select(e => (e.Stream, e.Revision)));
    }

    [Fact]
    public async Task the_epoch_stays() => Assert.Equal(await Log.Epoch(Ct), await Log.Epoch(Ct));
}
