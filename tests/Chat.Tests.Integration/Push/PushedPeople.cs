using Chat.Application.Presence;
using Chat.Application.Push;
using Chat.Application.Receipts;
using Chat.Infrastructure.ReadModels;
using Chat.Testing;
using Chat.Tests.Integration.Api;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Tests.Integration.Push;

/// <summary>A server that pushes to browsers, and a push service on this machine. Ann and Bob share a room; Bob's browser is subscribed.</summary>
public sealed class PushedPeople : IAsyncDisposable
{
    PushedPeople(ProviderServer service, TimeSpan delay, IEnumerable<(string, string)> also)
    {
        Service = service;
        Server = new PushingServer(this,
        [
            ("Push:WebPush:PrivateKey", PushKeys.VapidKey()), ("Push:WebPush:Subject", "mailto:ops@chat.example"), ("Push:WebPush:Hosts:0", service.Address.Host),
            ("Push:Delay", $"{delay}"), .. also,
        ]);
    }

    public ProviderServer Service { get; }
    public ChatServer Server { get; }
    public Browser Browser { get; } = new();
    public InMemoryReceipts Receipts { get; } = new();
    public InMemoryConnections Connections { get; } = new();
    public InMemoryPushSender Fcm { get; } = new(PushProvider.Fcm);
    public Person Ann { get; private set; } = null!;
    public Person Bob { get; private set; } = null!;
    public Guid Room { get; private set; }

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<PushedPeople> Start(TimeSpan? delay = null, params (string, string)[] also)
    {
        TestDatabase.SkipWithoutServer();
        var service = await ProviderServer.Start();
        service.Usual = new(201);
        var people = new PushedPeople(service, delay ?? TimeSpan.Zero, also);
        await people.Server.InitializeAsync();
        await people.Decided(); // from here on
        (people.Ann, people.Bob) = (await people.Server.Person(), await people.Server.Person());
        people.Room = await people.Ann.StartGroup(people.Bob);
        await people.Subscribe(people.Bob, people.Browser);
        return people;
    }

    public async Task Subscribe(Person person, Browser browser)
    {
        var subscription = browser.Subscribe(Service.Address);
        (await person.Put($"/v1/devices/{person.Session.Text("deviceId")}/push", new
        {
            webPush = new { endpoint = subscription.Endpoint, keys = new { p256dh = subscription.P256dh, auth = subscription.Auth } },
        })).Is(204);
    }

    /// <summary>Ends the server and starts another on its database. Bob stays away; Ann logs in again.</summary>
    public async Task Restart()
    {
        await Server.Restart();
        await Decided();
        Ann = await Person.LogIn(Server, Ann.Username);
    }

    /// <summary>Ann says something; waits until it is decided who is told.</summary>
    public async Task<Answer> Say(string text)
    {
        var sent = (await Ann.Say(Room, text)).Is(201);
        await Decided();
        return sent;
    }

    public async Task Decided() => Assert.True(
        await Server.Get<ReadModelProgress>().WaitFor(await Server.Head(), ["notifications"], TimeSpan.FromSeconds(30), Ct), "The notifications did not catch up.");

    /// <summary>Waits until no push is on its way any more.</summary>
    public async Task Settled()
    {
        while (await Count("select count(*) from messages.wolverine_incoming_envelopes where status <> 'Handled'") > 0) await Task.Delay(50, Ct);
    }

    public async Task<long> Count(string sql)
    {
        await using var command = Server.Database.Source.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync(Ct))!;
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Service.DisposeAsync();
        Browser.Dispose();
    }

    sealed class PushingServer(PushedPeople people, IEnumerable<(string, string)> settings) : ChatServer
    {
        protected override IEnumerable<(string Name, string Value)> More => settings;

        protected override void Replace(IServiceCollection services) =>
            services.AddSingleton<IReceiptsReader>(people.Receipts).AddSingleton<ISessionRegistry>(people.Connections).AddSingleton<IPushSender>(people.Fcm);
    }
}
