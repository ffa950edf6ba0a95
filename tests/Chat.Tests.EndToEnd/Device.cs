using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.SignalR.Client;

namespace Chat.Tests.EndToEnd;

/// <summary>A connected device, over JSON; keeps what is pushed to it.</summary>
sealed class Device : IAsyncDisposable
{
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    readonly ConcurrentQueue<JsonElement> entries = new();
    readonly ConcurrentQueue<JsonElement> receipts = new();
    readonly SemaphoreSlim arrived = new(0);

    Device(HubConnection connection)
    {
        Connection = connection;
        connection.On<JsonElement>("entries", batch =>
        {
            foreach (var entry in batch.EnumerateArray()) entries.Enqueue(entry.Clone());
            arrived.Release();
        });
        connection.On<JsonElement>("receipts", batch =>
        {
            foreach (var receipt in batch.EnumerateArray()) receipts.Enqueue(receipt.Clone());
            arrived.Release();
        });
        connection.On<JsonElement>("bye", bye => Bye = bye.GetProperty("code").GetString());
        connection.Closed += _ =>
        {
            closed.TrySetResult();
            arrived.Release();
            return Task.CompletedTask;
        };
    }

    readonly TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public HubConnection Connection { get; }
    public IReadOnlyList<JsonElement> Entries => [.. entries];
    public IReadOnlyList<JsonElement> Receipts => [.. receipts];

    /// <summary>Why the server closed the connection, once it has said so.</summary>
    public string? Bye { get; private set; }
    public Task Closed => closed.Task;

    public IReadOnlyList<long> MessageSequences =>
        [.. entries.Where(static e => e.GetProperty("type").GetString() == "messageSent").Select(static e => e.GetProperty("sequence").GetInt64())];

    public static async Task<Device> Connect(AppProcess app, Person person)
    {
        var token = await person.Token();
        var device = new Device(new HubConnectionBuilder()
            .WithUrl(new Uri(app.Address, "v1/live"), options => options.AccessTokenProvider = () => Task.FromResult<string?>(token))
            .Build());
        await device.Connection.StartAsync();
        return device;
    }

    public Task<JsonElement> Send(Guid conversation, Guid clientMessageId, string text) =>
        Connection.InvokeAsync<JsonElement>("Send", new { conversationId = conversation, clientMessageId, text });

    public Task<JsonElement> Acknowledge(Guid conversation, long upTo) => Connection.InvokeAsync<JsonElement>("Acknowledge", new { conversationId = conversation, upTo });

    public Task<JsonElement> Read(Guid conversation, long upTo) => Connection.InvokeAsync<JsonElement>("Read", new { conversationId = conversation, upTo });

    public async Task<JsonElement> Resume(Guid conversation, long last, string? epoch = null)
    {
        var reply = await Connection.InvokeAsync<JsonElement>("Resume", new { conversations = new Dictionary<string, long> { [conversation.ToString()] = last }, epoch });
        return reply.GetProperty("conversations").GetProperty(conversation.ToString());
    }

    /// <summary>Waits until what has arrived fulfils the condition.</summary>
    public async Task Until(Func<Device, bool> condition)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        while (!condition(this)) await arrived.WaitAsync(deadline.Token);
    }

    public ValueTask DisposeAsync() => Connection.DisposeAsync();
}
