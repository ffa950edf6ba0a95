using System.Runtime.CompilerServices;
using Chat.Application.Presence;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Chat.Infrastructure.Redis;

/// <summary>Typing for many nodes: one channel that all of them listen to.</summary>
public sealed partial class RedisTypingSignals(IConnectionMultiplexer redis, ILogger<RedisTypingSignals> logger) : ITypingSignals
{
    static readonly RedisChannel Channel = RedisChannel.Literal("chat:typing");
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public async Task Tell(TypingSignal signal, CancellationToken ct)
    {
        try
        {
            await redis.GetSubscriber().PublishAsync(Channel, $"{signal.Conversation.Value:N}{signal.User.Value:N}{(signal.Active ? '1' : '0')}");
        }
        catch (Exception fault) when (RedisPresence.IsAway(fault))
        {
            LogLost(logger, fault);
        }
    }

    public async IAsyncEnumerable<TypingSignal> Listen([EnumeratorCancellation] CancellationToken ct)
    {
        var heard = await Subscribe(ct);
        try
        {
            // comes back by itself when the connection does
            while (true) yield return Read((await heard.ReadAsync(ct)).Message.ToString());
        }
        finally
        {
            await heard.UnsubscribeAsync(CommandFlags.FireAndForget);
        }
    }

    async Task<ChannelMessageQueue> Subscribe(CancellationToken ct)
    {
        while (true)
        {
            try
            {
                return await redis.GetSubscriber().SubscribeAsync(Channel);
            }
            catch (Exception fault) when (RedisPresence.IsAway(fault))
            {
                LogLost(logger, fault);
                await Task.Delay(Pause, ct);
            }
        }
    }

    static TypingSignal Read(string text) => new(new(Guid.ParseExact(text[..32], "N")), new(Guid.ParseExact(text[32..64], "N")), text[64] == '1');

    [LoggerMessage(Level = LogLevel.Debug, Message = "Typing is not told: Redis is out of reach.")]
    static partial void LogLost(ILogger logger, Exception fault);
}
