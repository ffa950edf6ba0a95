using Chat.Api.Http;
using Chat.Api.Presence;
using Chat.Api.RateLimits;
using Chat.Application.Keys;
using Microsoft.AspNetCore.SignalR;

namespace Chat.Api.Live;

/// <summary>What holds for every hub method: the user's one budget and the node's one limit over REST and socket, and an answer instead of an exception when the store is away.</summary>
sealed class HubRules(RateBudget budget, WorkLimit limit) : IHubFilter
{
    public async ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocation, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        var connection = (LiveConnection)invocation.Context.Items[typeof(LiveConnection)]!;
        var allowance = budget.Take(connection.Caller.User);
        if (!allowance.Allowed) return Answer(invocation, "rate_limited", "Too many commands; wait a moment.", (int)allowance.RetryAfter.TotalMilliseconds);
        using var work = limit.Begin();
        if (!work.IsAcquired) return Answer(invocation, WorkLimit.Code, WorkLimit.Detail, Random.Shared.Next(500, 1_500));
        if (!connection.TryBegin()) return Answer(invocation, "draining", "This node is about to stop; send it again to another one.", 1_000);
        try
        {
            return await next(invocation);
        }
        catch (Exception fault) when (Faults.CodeOfUnavailable(fault) is { } code)
        {
            return Answer(invocation, code, "This cannot be done at the moment; try again.", 1_000);
        }
        catch (UserErasedException)
        {
            return Answer(invocation, "unauthorized", "This user has been erased.", 0);
        }
        finally
        {
            connection.End();
        }
    }

    static object Answer(HubInvocationContext invocation, string code, string detail, int retryAfterMs) => invocation.HubMethod.ReturnType switch
    {
        var type when type == typeof(Task<ResumeReply>) => new ResumeReply(false, code, detail, null, null),
        var type when type == typeof(Task<WatchReply>) => new WatchReply(false, code, detail, null),
        _ => Reply.No(code, detail, retryAfterMs),
    };
}
