using Chat.Api.Presence;
using Chat.Application.Presence;
using Chat.Domain;
using Chat.Infrastructure.Memory;
using Chat.Infrastructure.Postgres;
using Chat.Infrastructure.ReadModels;
using Chat.Tests.Integration.Live;
using Chat.Tests.Integration.Projections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Chat.Tests.Integration.Presence;

public sealed class PresenceWatchTests : IAsyncLifetime
{
    static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);

    readonly TickingClock time = new();
    ReadSide chat = null!;
    MemoryPresence presence = null!;
    PresenceWatch watch = null!;
    PipedDevice anns = null!;
    UserId ann, bob, cat, stranger;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        chat = await ReadSide.Start(also: static services => services.AddMigrations(PresenceRights.Migrations).AddSingleton<PresenceRights>());
        (ann, bob, cat, stranger) = (await chat.Register("ann"), await chat.Register("bob"), await chat.Register("cat"), await chat.Register("stranger"));
        await chat.Start(ann, members: [bob, cat]);
        await chat.Start(stranger, members: [bob]);
        await chat.Settled();

        var options = Options.Create(new PresenceOptions());
        var rights = chat.Get<PresenceRights>();
        presence = new(options, time);
        watch = new(presence, rights, new(presence, rights), options, time, NullLogger<PresenceWatch>.Instance);
        await watch.StartAsync(Ct);
        await time.Ticking.WaitAsync(Ct);
        anns = Connect(ann);
        Assert.True((await watch.Watch(anns.Connection, new([bob.Value, cat.Value, stranger.Value]), Ct)).Ok);
    }

    public async ValueTask DisposeAsync()
    {
        if (watch is not null) await watch.StopAsync(CancellationToken.None);
        watch?.Dispose();
        if (chat is not null) await chat.DisposeAsync();
    }

    [Fact]
    public async Task what_changes_within_ten_seconds_is_told_once_and_at_their_end()
    {
        await Come(bob);
        time.Advance(TimeSpan.FromSeconds(10) - Moment);
        await Come(cat);
        time.Advance(Moment);
        await AreTold((bob, "online"), (cat, "online"));

        await Go(bob);
        time.Advance(TimeSpan.FromSeconds(5));
        await Come(bob); // as they were told
        await Go(cat);
        time.Advance(TimeSpan.FromSeconds(5));
        await AreTold((cat, "offline"));
    }

    [Fact]
    public async Task only_of_those_who_share_a_conversation_and_only_those_who_watch()
    {
        var cats = Connect(cat); // shares one with bob, and watches nobody
        await Come(stranger);
        await Come(bob);
        time.Advance(TimeSpan.FromSeconds(10));
        await AreTold((bob, "online"));

        cats.Connection.TrySend(new(new InvocationMessage("end", [0])), 1);
        Assert.Equal("end", (await cats.Next(Ct)).Method);
    }

    async Task AreTold(params (UserId User, string State)[] changes)
    {
        var (method, told) = await anns.Next(Ct);
        Assert.Equal("presence", method);
        Assert.Equal(changes.ToHashSet(), told.EnumerateArray().Select(static view => (new UserId(view.GetProperty("userId").GetGuid()), view.GetProperty("state").GetString()!)).ToHashSet());
    }

    PipedDevice Connect(UserId user) => new(user, time);

    Task Come(UserId user) => presence.Hold([Phone(user)], Ct);

    Task Go(UserId user) => presence.Release([Phone(user)], Ct);

    static ConnectedDevice Phone(UserId user) => new(user, new(user.Value), Guid.Empty);
}
