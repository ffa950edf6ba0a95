using System.Diagnostics;
using System.Threading.Channels;
using Chat.Infrastructure.Postgres;
using Chat.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Chat.Tests.Integration.Postgres;

/// <summary>Who wakes whom on a channel.</summary>
public sealed class NotifierTests : IAsyncLifetime
{
    const string Name = "chat_test";
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    readonly FakeTimeProvider time = new();
    TestDatabase database = null!;
    Notifier first = null!, second = null!;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.Create();
        (first, second) = (New(), New());
    }

    public async ValueTask DisposeAsync()
    {
        await first.DisposeAsync();
        await second.DisposeAsync();
        await database.DisposeAsync();
    }

    Notifier New() => new(database.Source, Name, time, NullLogger.Instance);

    void LongTime() => time.Advance(TimeSpan.FromMinutes(1));

    // It has heard of nobody for a long time, and of itself just now.
    async Task Alone(Listener listener)
    {
        LongTime();
        var started = Stopwatch.GetTimestamp();
        while (!first.Alone)
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, "It does not know that it is alone.");
            await listener.Wait(TimeSpan.FromMilliseconds(20), Ct);
        }
    }

    // What goes over the channel, seen by somebody who says nothing there.
    async Task<ChannelReader<string>> Overhear()
    {
        var said = Channel.CreateUnbounded<string>();
        var connection = await database.Source.OpenConnectionAsync(Ct);
        connection.Notification += (_, notification) => said.Writer.TryWrite(notification.Payload);
        await using var listen = new NpgsqlCommand($"listen {Name}", connection);
        await listen.ExecuteNonQueryAsync(Ct);
        _ = Task.Run(async () =>
        {
            while (true) await connection.WaitAsync(Ct);
        }, Ct);
        return said.Reader;
    }

    static Task<string> Next(ChannelReader<string> said) => said.ReadAsync(Ct).AsTask().WaitAsync(Patience, Ct);

    [Fact]
    public async Task who_hears_of_nobody_wakes_nobody_and_still_shows_that_it_is_there()
    {
        var said = await Overhear();
        await using var listener = await first.Listen(null, Ct);
        Assert.DoesNotContain('+', await Next(said)); // whoever is there looks

        await Alone(listener);
        first.Ask();
        string[] signs = [await Next(said), await Next(said)];
        Assert.All(signs, static sign => Assert.EndsWith("+", sign, StringComparison.Ordinal));
    }

    [Fact]
    public async Task who_comes_later_is_woken_from_then_on()
    {
        await using var listener = await first.Listen(null, Ct);
        await Alone(listener);

        await using var later = await second.Listen(null, Ct);
        await listener.Wait(Patience, Ct);
        Assert.False(first.Alone);
        while (second.Alone) await later.Wait(TimeSpan.FromMilliseconds(20), Ct);
        first.Ask();
        await later.Wait(TimeSpan.FromMinutes(1), Ct).WaitAsync(Patience, Ct);
    }

    [Fact]
    public async Task a_sign_of_life_tells_of_company_and_wakes_nobody()
    {
        var whole = TimeSpan.FromSeconds(1);
        await using var listener = await first.Listen(null, Ct);
        await Alone(listener);

        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(listener.Wait(whole, Ct), database.Execute($"notify {Name}, '@another+'"));
        Assert.True(Stopwatch.GetElapsedTime(started) >= 0.9 * whole, "It was woken.");
        Assert.False(first.Alone);
    }

    [Fact]
    public async Task who_does_not_listen_cannot_know_and_wakes_all_the_same()
    {
        var said = await Overhear();
        LongTime();
        first.Ask();
        Assert.DoesNotContain('+', await Next(said));
    }

    [Fact]
    public async Task who_no_longer_hears_itself_cannot_know_either()
    {
        var said = await Overhear();
        await using var listener = await first.Listen(null, Ct); // and nobody waits on it: as a connection that died in silence
        Assert.DoesNotContain('+', await Next(said));

        LongTime();
        Assert.EndsWith("+", await Next(said), StringComparison.Ordinal);
        first.Ask();
        Assert.DoesNotContain('+', await Next(said));
    }

    [Fact]
    public async Task what_others_say_beside_waking_is_told_and_ones_own_voice_is_not()
    {
        var told = new List<string>();
        await using var listener = await first.Listen(told.Add, Ct);
        first.Ask();
        await database.Execute($"notify {Name}, 'conversation-gone'");
        await listener.Wait(TimeSpan.FromMinutes(1), Ct).WaitAsync(Patience, Ct);
        Assert.Equal(["conversation-gone"], told);
    }
}
