using Chat.Api.Http;
using Chat.Application.Log;
using Chat.Application.Presence;
using Chat.Application.Receipts;
using Chat.Testing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Chat.Tests.Integration.Api;

/// <summary>The whole server as it runs for users, listening on a free port, on a database of its own.</summary>
public sealed class ChatServer : IAsyncLifetime
{
    Application? application;
    Person? ada;

    public TestDatabase Database { get; private set; } = null!;

    /// <summary>Settings beside the usual ones.</summary>
    public IReadOnlyDictionary<string, string> Also { get; init; } = new Dictionary<string, string>();

    /// <summary>Parts to use instead of the server's own.</summary>
    public Action<IServiceCollection> Instead { get; init; } = static _ => { };

    /// <summary>A server that takes over the database of another.</summary>
    public static async Task<ChatServer> On(TestDatabase database, IReadOnlyDictionary<string, string> also, Action<IServiceCollection> instead)
    {
        var server = new ChatServer { Also = also, Instead = instead };
        await server.Start(database);
        return server;
    }

    public T Get<T>() where T : notnull => OrSkip().application!.Services.GetRequiredService<T>();

    /// <summary>Somebody for tests that only need anybody.</summary>
    public Person Ada => OrSkip().ada!;

    public static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Skips the test when there is no PostgreSQL, which a fixture cannot do.</summary>
    public ChatServer OrSkip()
    {
        TestDatabase.SkipWithoutServer();
        return this;
    }

    /// <summary>A client without a token.</summary>
    public HttpClient Anybody() => OrSkip().application!.CreateClient();

    public Task<Person> Person(string? username = null) => Api.Person.Register(this, username ?? $"u{Guid.NewGuid():N}"[..20]);

    /// <summary>Where the log ends: the same before and after means that nothing was written.</summary>
    public Task<LogPosition> Head() => application!.Services.GetRequiredService<IEventLog>().Head(Ct);

    public async ValueTask InitializeAsync()
    {
        if (TestDatabase.HasServer) await Start(await TestDatabase.Create());
    }

    /// <summary>Stops the server and leaves its database.</summary>
    public async ValueTask Stop()
    {
        if (application is not null) await application.DisposeAsync();
        application = null;
    }

    async Task Start(TestDatabase database)
    {
        Database = database;
        application = new(this);
        application.UseKestrel(0);
        application.StartServer();
        ada = await Person();
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        if (Database is not null) await Database.DisposeAsync();
    }

    // Any public type of the API says which program is meant: there is more than one Program here.
    sealed class Application(ChatServer server) : WebApplicationFactory<Faults>
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseEnvironment("Production");
            foreach (var (name, value) in Settings(server.Database.ConnectionString).Concat(server.Also)) builder.UseSetting(name, value);
            builder.ConfigureTestServices(server.Instead);
            builder.ConfigureTestServices(static services =>
            {
                services.TryAddSingleton<IReceiptsReader, InMemoryReceipts>();
                services.TryAddSingleton<ISessionRegistry, InMemoryConnections>();
            });
        }
    }

    // Limits are for strangers, and hashes are dear on purpose: here both would only be in the way.
    static Dictionary<string, string> Settings(string postgres) => new()
    {
        ["ConnectionStrings:Postgres"] = postgres,
        ["Keys:MasterKey"] = Convert.ToBase64String(new byte[32]),
        ["Logging:LogLevel:Default"] = "None",
        ["Auth:Passwords:MemoryKib"] = "8192",
        ["Auth:Passwords:Iterations"] = "1",
        ["RateLimits:UserBurst"] = "1000000",
        ["RateLimits:UserRate"] = "1000000",
        ["RateLimits:AnonymousBurst"] = "1000000",
        ["RateLimits:AnonymousRate"] = "1000000",
        ["RateLimits:FailedLogins"] = "1000",
        ["RateLimits:FailedLoginsOfAddress"] = "1000",
    };
}
