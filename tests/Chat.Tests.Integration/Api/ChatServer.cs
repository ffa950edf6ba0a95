using Chat.Api.Http;
using Chat.Application.Log;
using Chat.Infrastructure.Images;
using Chat.Testing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Tests.Integration.Api;

/// <summary>The whole server as it runs for users, listening on a free port, on a database of its own.</summary>
public class ChatServer : IAsyncLifetime
{
    Application? application;
    Person? ada;

    /// <summary>The command that draws a picture anew.</summary>
    public static readonly IReadOnlyList<string> Worker = ["dotnet", Path.Combine(AppContext.BaseDirectory, "Chat.Api.dll"), ImageWorker.Verb];

    public TestDatabase Database { get; private set; } = null!;

    /// <summary>Where the bytes of files are kept.</summary>
    public string FilesFolder => Path.Combine(Path.GetTempPath(), $"chat-files-{Database.Name}");

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

    /// <summary>Settings beside the usual ones.</summary>
    protected virtual IEnumerable<(string Name, string Value)> More => [];

    /// <summary>Puts parts of the test's own in the place of the server's.</summary>
    protected virtual void Replace(IServiceCollection services) { }

    public virtual async ValueTask InitializeAsync()
    {
        if (!TestDatabase.HasServer) return;
        Database = await TestDatabase.Create();
        await Start();
    }

    /// <summary>Ends the server and starts another on its database. Nobody is logged in any more as far as a test can tell: their clients are gone.</summary>
    public async Task Restart()
    {
        await application!.DisposeAsync();
        await Start();
    }

    async Task Start()
    {
        application = new(Settings(Database.ConnectionString).Select(static setting => (setting.Key, setting.Value)).Concat([("Files:Path", FilesFolder), .. More]), Replace);
        application.UseKestrel(0);
        application.StartServer();
        ada = await Person();
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (application is not null) await application.DisposeAsync();
        if (Database is null) return;
        await Database.DisposeAsync();
        if (Directory.Exists(FilesFolder)) Directory.Delete(FilesFolder, recursive: true);
    }

    // Any public type of the API says which program is meant: there is more than one Program here.
    sealed class Application(IEnumerable<(string Name, string Value)> settings, Action<IServiceCollection> replace) : WebApplicationFactory<Faults>
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseEnvironment("Production");
            foreach (var (name, value) in settings) builder.UseSetting(name, value);
            builder.ConfigureTestServices(replace);
        }
    }

    // Limits are for strangers, and hashes are dear on purpose: here both would only be in the way.
    static Dictionary<string, string> Settings(string postgres) => new()
    {
        ["ConnectionStrings:Postgres"] = postgres,
        ["Keys:MasterKey"] = Convert.ToBase64String(new byte[32]),
        // the program that runs here is the test
        ["Files:Images:Worker:0"] = Worker[0],
        ["Files:Images:Worker:1"] = Worker[1],
        ["Files:Images:Worker:2"] = Worker[2],
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
