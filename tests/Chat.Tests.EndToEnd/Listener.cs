using System.Net.WebSockets;
using System.Text.Json;

namespace Chat.Tests.EndToEnd;

/// <summary>
/// A reader as an app would be one: it holds messages by sequence, drops what it has, and after every cut connects again, resumes from the
/// last sequence up to which it has everything, and takes what is pushed meanwhile. A heartbeat with a later head than it has makes it resume, too.
/// </summary>
sealed class Listener(Person person, Guid conversation)
{
    static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(8);

    readonly SortedDictionary<long, JsonElement> entries = [];
    Device? device;
    int taken;

    /// <summary>Entries that came more than once: allowed on the wire, dropped here.</summary>
    public int WireDuplicates { get; private set; }

    public IReadOnlyList<Message> Messages => [.. entries.Values.Where(static entry => entry.GetProperty("type").GetString() == "messageSent").Select(static entry =>
    {
        var data = entry.GetProperty("data");
        return new Message(
            data.GetProperty("clientMessageId").GetGuid(), data.GetProperty("messageId").GetGuid(), entry.GetProperty("sequence").GetInt64(), data.GetProperty("text").GetString());
    })];

    /// <summary>Pushed entries that get lost on the way, as far as the app can tell.</summary>
    public Func<JsonElement, bool> Loses { get; init; } = static _ => false;

    /// <summary>Of the session that it connects with; without it, it begins one each time.</summary>
    public string? Token { get; init; }

    public async Task Connect(AppProcess app)
    {
        TakePushed();
        if (device is not null) await device.DisposeAsync();
        (device, taken) = (await Device.Connect(app, Token ?? await person.Token()), 0);
        await Resume();
    }

    /// <summary>Connects when the node lets it: tries after a random, growing pause, as docs/live.md asks of those who were cut off.</summary>
    public async Task ComeBack(AppProcess app, CancellationToken ct)
    {
        for (var pause = FirstPause; ; pause = pause < LongestPause ? pause * 2 : LongestPause)
        {
            await Task.Delay(pause * Random.Shared.NextDouble(), ct);
            try
            {
                await Connect(app);
                return;
            }
            catch (Exception fault) when (fault is HttpRequestException or WebSocketException or InvalidOperationException or OperationCanceledException && !ct.IsCancellationRequested)
            {
                // not now: no such node, too many handshakes, too many who resume
            }
        }
    }

    /// <summary>Is cut off in the middle of whatever it does, and connects again.</summary>
    public Task Reconnect(AppProcess app)
    {
        device!.Cut();
        return Connect(app);
    }

    async Task Resume()
    {
        var resumed = await device!.Resume(conversation, Contiguous);
        Assert.True(resumed.GetProperty("recovered").GetBoolean(), resumed.ToString());
        foreach (var entry in resumed.GetProperty("entries").EnumerateArray()) Take(entry);
    }

    /// <summary>Waits until it holds everything up to a sequence.</summary>
    public async Task Until(long sequence)
    {
        await device!.Until(async it =>
        {
            TakePushed();
            if (it.HeadOf(conversation) > Contiguous) await Resume();
            return Contiguous >= sequence;
        });
        await device.DisposeAsync();
    }

    public Task UntilMessages(int count) => device!.Until(_ =>
    {
        TakePushed();
        return Messages.Count >= count;
    });

    // From the first entry this person may see on.
    long Contiguous
    {
        get
        {
            var last = -1L;
            foreach (var sequence in entries.Keys)
            {
                if (last >= 0 && sequence != last + 1) break;
                last = sequence;
            }
            return last;
        }
    }

    void TakePushed()
    {
        if (device is null) return;
        var pushed = device.Entries;
        for (; taken < pushed.Count; taken++)
        {
            if (pushed[taken].GetProperty("conversationId").GetGuid() == conversation && !Loses(pushed[taken])) Take(pushed[taken]);
        }
    }

    void Take(JsonElement entry)
    {
        if (!entries.TryAdd(entry.GetProperty("sequence").GetInt64(), entry.Clone())) WireDuplicates++;
    }
}
