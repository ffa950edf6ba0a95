using System.Buffers;
using MessagePack;
using MessagePack.Formatters;
using MessagePack.Resolvers;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Tests.EndToEnd;

/// <summary>A device over MessagePack that can send any bytes as a text.</summary>
sealed class PackedDevice : IAsyncDisposable
{
    readonly HubConnection connection;
    readonly TaskCompletionSource<string> first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    PackedDevice(HubConnection connection)
    {
        this.connection = connection;
        connection.On<List<Dictionary<string, object?>>>("entries", entries =>
        {
            foreach (var entry in entries)
            {
                if (entry["data"] is Dictionary<object, object?> data && data.TryGetValue("text", out var text)) first.TrySetResult((string)text!);
            }
        });
    }

    public Task<string> FirstText => first.Task;

    public static async Task<PackedDevice> Connect(AppProcess app, Person person)
    {
        var token = await person.Token();
        var device = new PackedDevice(new HubConnectionBuilder()
            .WithUrl(new Uri(app.Address, "v1/live"), options => options.AccessTokenProvider = () => Task.FromResult<string?>(token))
            .AddMessagePackProtocol(options => options.SerializerOptions = MessagePackSerializerOptions.Standard
                .WithResolver(CompositeResolver.Create([new RawTextFormatter()], [ContractlessStandardResolver.Instance])))
            .Build());
        await device.connection.StartAsync();
        return device;
    }

    public Task<PackedReply> Send(Guid conversation, byte[] text) => connection.InvokeAsync<PackedReply>("Send", new Dictionary<string, object>
    {
        ["conversationId"] = conversation.ToString(), ["clientMessageId"] = Guid.NewGuid().ToString(), ["text"] = new RawText(text),
    });

    public Task<PackedReply> Call(string method, Dictionary<string, object> argument) => connection.InvokeAsync<PackedReply>(method, argument);

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}

/// <summary>Bytes that go out as a MessagePack string, whatever they are.</summary>
public sealed record RawText(byte[] Bytes);

sealed class RawTextFormatter : IMessagePackFormatter<RawText>
{
    public void Serialize(ref MessagePackWriter writer, RawText value, MessagePackSerializerOptions options)
    {
        writer.WriteStringHeader(value.Bytes.Length);
        writer.WriteRaw(value.Bytes);
    }

    public RawText Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options) => new(reader.ReadStringSequence()!.Value.ToArray());
}

[MessagePackObject]
public sealed record PackedReply([property: Key("ok")] bool Ok, [property: Key("code")] string? Code);
