using Chat.Api.Live;
using Chat.Application.Conversations;
using Chat.Application.Presence;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Options;

namespace Chat.Api.Presence;

/// <summary>Shows who is writing, told on any node, to the other members' connections on this one.</summary>
sealed partial class TypingEdge(
    ITypingSignals signals, ConversationStreams conversations, LiveConnections connections, IOptions<PresenceOptions> options, ILogger<TypingEdge> logger)
    : BackgroundService
{
    const int BytesOfView = 130;
    static readonly TimeSpan FreshEnough = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var signal in signals.Listen(stoppingToken))
        {
            try
            {
                if (!connections.IsEmpty) await Show(signal, stoppingToken);
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                LogNotShown(logger, fault); // the store is away, and it would have ended in a moment
            }
        }
    }

    async Task Show(TypingSignal signal, CancellationToken ct)
    {
        var state = await conversations.Read(signal.Conversation, FreshEnough, ct);
        if (state.Member(signal.User) is null) return;
        var view = new TypingView(signal.Conversation.ToString(), signal.User.ToString(), signal.Active ? (int)options.Value.TypingEnds.TotalMilliseconds : 0);
        var message = new SerializedHubMessage(new InvocationMessage("typing", [view]));
        foreach (var member in state.Members.Keys)
        {
            if (member == signal.User) continue;
            foreach (var connection in connections.Of(member)) connection.TrySend(message, BytesOfView);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Typing could not be shown.")]
    static partial void LogNotShown(ILogger logger, Exception fault);
}
