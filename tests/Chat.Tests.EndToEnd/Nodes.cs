using Chat.Testing;

namespace Chat.Tests.EndToEnd;

/// <summary>Two nodes on one database and one Redis.</summary>
sealed class Nodes : IAsyncDisposable
{
    Nodes(TestDatabase database, TestRedis redis, IReadOnlyDictionary<string, string>? settings)
    {
        (Database, Redis) = (database, redis);
        var all = new Dictionary<string, string>(settings ?? new Dictionary<string, string>());
        all.TryAdd("ConnectionStrings__Redis", redis.ConnectionString);
        (A, B) = (new(database.ConnectionString, all), new(database.ConnectionString, all));
    }

    public TestDatabase Database { get; }
    public TestRedis Redis { get; }
    public AppProcess A { get; }
    public AppProcess B { get; }

    public static async Task<Nodes> Start(IReadOnlyDictionary<string, string>? settings = null)
    {
        var nodes = new Nodes(await TestDatabase.Create(), await TestRedis.Start(), settings);
        await Task.WhenAll(nodes.A.Start(), nodes.B.Start());
        return nodes;
    }

    public async ValueTask DisposeAsync()
    {
        await A.DisposeAsync();
        await B.DisposeAsync();
        await Redis.DisposeAsync();
        await Database.DisposeAsync();
    }
}
