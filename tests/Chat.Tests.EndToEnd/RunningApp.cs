using Chat.Testing;

namespace Chat.Tests.EndToEnd;

/// <summary>One API on a database of its own for all tests of a class, which only talk to it: its start takes longer than most of them.</summary>
public class RunningApp : IAsyncLifetime
{
    TestDatabase? database;
    AppProcess? app;
    HttpClient? http;

    public TestDatabase Database => database!;

    public HttpClient Http => http!;

    /// <summary>Skips the test when there is no PostgreSQL, which a fixture cannot do.</summary>
    internal AppProcess OrSkip()
    {
        TestDatabase.SkipWithoutServer();
        return app!;
    }

    private protected virtual Task<AppProcess> Launch(string database) => Task.FromResult(new AppProcess(database));

    public async ValueTask InitializeAsync()
    {
        if (!TestDatabase.HasServer) return;
        database = await TestDatabase.Create();
        app = await Launch(database.ConnectionString);
        await app.Start();
        http = new() { BaseAddress = app.Address };
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        http?.Dispose();
        if (app is not null) await app.DisposeAsync();
        if (database is not null) await database.DisposeAsync();
    }
}
