using Chat.Application.Presence;
using Chat.Domain;

namespace Chat.Tests.Contract.Presence;

/// <summary>What every keeper of presence does. Each adapter inherits it in one line.</summary>
public abstract class PresenceContract<T> : IAsyncLifetime where T : IPresence, ISessionRegistry
{
    static readonly Guid NodeA = Guid.NewGuid(), NodeB = Guid.NewGuid();
    static readonly TimeSpan AlmostTtl = new PresenceOptions().Ttl - TimeSpan.FromSeconds(1);
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    readonly UserId ann = new(Guid.NewGuid()), bob = new(Guid.NewGuid());

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    protected T Presence { get; private set; } = default!;

    protected abstract Task<T> Open();

    /// <summary>Lets time pass for what is kept.</summary>
    protected abstract Task Pass(TimeSpan time);

    public async ValueTask InitializeAsync() => Presence = await Open();

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    static ConnectedDevice ADevice(UserId user, Guid? node = null) => new(user, new(Guid.NewGuid()), node ?? NodeA);

    Task Hold(params ConnectedDevice[] devices) => Presence.Hold(devices, Ct);

    Task Release(params ConnectedDevice[] devices) => Presence.Release(devices, Ct);

    async Task<UserPresence> Of(UserId user) => (await Presence.Of([user], Ct))[user];

    async Task<IEnumerable<Guid>> Connected(params UserId[] users) => (await Presence.ConnectedDevices([.. users.Select(static user => user.Value)], Ct)).Order();

    static IEnumerable<Guid> Ids(params ConnectedDevice[] devices) => devices.Select(static device => device.Device.Value).Order();

    [Fact]
    public async Task who_never_was_there_is_unknown()
    {
        Assert.Equal(UserPresence.Unknown, await Of(ann));
        Assert.Empty(await Connected(ann));
    }

    [Fact]
    public async Task a_user_is_online_as_long_as_a_node_vouches_for_a_device()
    {
        var phone = ADevice(ann);
        await Hold(phone);
        await Pass(AlmostTtl);
        Assert.Equal(UserPresence.Online, await Of(ann));
        await Hold(phone);
        await Pass(AlmostTtl);
        Assert.Equal(UserPresence.Online, await Of(ann));
        Assert.Equal(Ids(phone), await Connected(ann));
    }

    [Fact]
    public async Task what_nobody_vouches_for_any_more_is_gone_and_when_it_was_seen_stays()
    {
        await Hold(ADevice(ann));
        await Pass(AlmostTtl + Second);
        var presence = await Of(ann);
        Assert.Equal(PresenceState.Offline, presence.State);
        Assert.NotNull(presence.LastSeen);
        Assert.Empty(await Connected(ann));
    }

    [Fact]
    public async Task one_of_many_devices_is_enough()
    {
        var (phone, laptop) = (ADevice(ann), ADevice(ann));
        await Hold(phone, laptop);
        await Release(phone);
        Assert.Equal(UserPresence.Online, await Of(ann));
        Assert.Equal(Ids(laptop), await Connected(ann));
        await Release(laptop);
        Assert.Equal(PresenceState.Offline, (await Of(ann)).State);
    }

    [Fact]
    public async Task each_device_has_its_own_time()
    {
        var (phone, laptop) = (ADevice(ann), ADevice(ann));
        await Hold(phone);
        await Pass(AlmostTtl);
        await Hold(laptop);
        await Pass(Second);
        Assert.Equal(Ids(laptop), await Connected(ann));
    }

    [Fact]
    public async Task a_device_that_moves_to_another_node_stays_when_the_first_lets_go()
    {
        var before = ADevice(ann, NodeA);
        var after = before with { Node = NodeB };
        await Hold(before);
        await Hold(after);
        await Release(before);
        Assert.Equal(UserPresence.Online, await Of(ann));
        Assert.Equal(Ids(after), await Connected(ann));
    }

    [Fact]
    public async Task those_who_are_asked_about_are_answered_and_nobody_else()
    {
        var (hers, his) = (ADevice(ann), ADevice(bob));
        await Hold(hers, his);
        Assert.Equal(Ids(hers), await Connected(ann));
        Assert.Equal(Ids(hers, his), await Connected(ann, bob));
        Assert.Equal([bob], (await Presence.Of([bob, bob], Ct)).Keys);
        Assert.Empty(await Connected());
    }

    [Fact]
    public async Task repeats_change_nothing()
    {
        var phone = ADevice(ann);
        await Hold(phone, phone);
        await Hold(phone);
        Assert.Equal(Ids(phone), await Connected(ann));
        await Release(phone, phone);
        var seen = await Of(ann);
        await Pass(Second);
        await Release(phone);
        Assert.Equal(seen, await Of(ann));
    }
}
