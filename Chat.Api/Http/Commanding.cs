using Chat.Application.Conversations;
using Microsoft.AspNetCore.Http.HttpResults;
using Wolverine;

namespace Chat.Api.Http;

/// <summary>What a command came to.</summary>
/// <param name="Sequence">The last sequence that it made; the head when there was nothing to do.</param>
/// <param name="Position">A read with atLeast=position shows it.</param>
/// <param name="Repeated">True when it had been done before, and nothing was written now.</param>
public sealed record Done(long Sequence, string Position, DateTimeOffset At, bool Repeated)
{
    public static Done Of(Receipt receipt) => new(receipt.Sequence, receipt.Position.ToString(), receipt.At, receipt.Repeated);
}

public static class Commanding
{
    extension(IMessageBus bus)
    {
        /// <summary>Dispatches a command: its receipt, or the refusal as a problem.</summary>
        public async Task<Results<Ok<Done>, ProblemHttpResult>> Do(object command, CancellationToken ct) =>
            await bus.InvokeAsync<Outcome>(command, ct) switch
            {
                Outcome.Done done => TypedResults.Ok(Done.Of(done.Receipt)),
                Outcome.Refused refused => refused.Why.ToProblem(),
                _ => throw new System.Diagnostics.UnreachableException(),
            };
    }

    extension(RouteHandlerBuilder route)
    {
        /// <summary>Declares what any command may answer beside its success.</summary>
        public RouteHandlerBuilder Refuses(params int[] statuses)
        {
            foreach (var status in (int[])[400, 401, .. statuses, 429, 503]) route.ProducesProblem(status);
            return route;
        }
    }
}
