using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace Chat.Bench.Load;

/// <summary>
/// The least that could be called durable chat, to measure against: a bare SignalR relay that commits one row a message, many rows a
/// commit, before it relays and acknowledges. No accounts, order, history, membership or counters.
/// </summary>
static class FloorServer
{
    public static async Task Run(string? connectionString, string url)
    {
        // no watcher of settings: it would look at every file below the working directory, those of PostgreSQL among them, at this server's expense
        var builder = WebApplication.CreateSlimBuilder(["--hostBuilder:reloadConfigOnChange=false"]);
        builder.Logging.ClearProviders();
        if (connectionString is not null) builder.Services.AddSingleton(NpgsqlDataSource.Create(connectionString)).AddSingleton<Rows>();
        builder.Services.AddSignalR(static options => options.MaximumParallelInvocationsPerClient = 16).AddMessagePackProtocol();
        await using var app = builder.Build();
        app.MapHub<RelayHub>("/live");
        app.MapGet("/health/ready", static () => "ready");
        await app.RunAsync(url);
    }

    public sealed class RelayHub(Rows? rows = null) : Hub
    {
        public Task Join(string room) => Groups.AddToGroupAsync(Context.ConnectionId, room);

        public async Task<bool> Send(string room, string text)
        {
            if (rows is not null) await rows.Insert(text);
            await Clients.OthersInGroup(room).SendAsync("message", text);
            return true;
        }
    }

    /// <summary>Group commit: whatever waits goes into one insert.</summary>
    public sealed class Rows
    {
        readonly NpgsqlDataSource database;
        readonly Channel<(string Text, TaskCompletionSource Done)> waiting = Channel.CreateBounded<(string, TaskCompletionSource)>(10_000);

        public Rows(NpgsqlDataSource database)
        {
            this.database = database;
            _ = Task.Run(WriteForEver);
        }

        public async Task Insert(string text)
        {
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await waiting.Writer.WriteAsync((text, done));
            await done.Task;
        }

        async Task WriteForEver()
        {
            await using var connection = await database.OpenConnectionAsync();
            while (await waiting.Reader.WaitToReadAsync())
            {
                var batch = new List<(string Text, TaskCompletionSource Done)>();
                while (batch.Count < 1_000 && waiting.Reader.TryRead(out var next)) batch.Add(next);
                await using var insert = new NpgsqlCommand("insert into floor_messages (id, text, created) select *, now() from unnest($1::uuid[], $2::text[])", connection)
                {
                    Parameters =
                    {
                        new() { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid, Value = batch.ConvertAll(static _ => Guid.CreateVersion7()) },
                        new() { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text, Value = batch.ConvertAll(static item => item.Text) },
                    },
                };
                await insert.PrepareAsync();
                await insert.ExecuteNonQueryAsync();
                foreach (var item in batch) item.Done.SetResult();
            }
        }
    }
}
