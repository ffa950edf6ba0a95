using System.Diagnostics.Metrics;
using Chat.Application.Log;

namespace Chat.Application.Streams;

/// <summary>What all gates of a category share.</summary>
/// <param name="Appended">Told after each append: the stream, its revision before, and what it is now.</param>
sealed record GateContext<TState, TEvent>(
    StreamCategory<TState, TEvent> Category, StreamReader<TState, TEvent> Reader, IEventLog Log, EventCodec Codec, TimeProvider Clock,
    Action<StreamName, long, Folded<TState>> Appended);

static class GateMetrics
{
    static readonly Meter Meter = new("Chat.Streams");

    public static readonly Counter<long> Conflicts = Meter.CreateCounter<long>("chat.streams.conflicts", description: "Appends that another node came before.");
}

/// <summary>A command could not be fitted in; worth another try.</summary>
public sealed class ConversationBusyException(string message) : Exception(message);
