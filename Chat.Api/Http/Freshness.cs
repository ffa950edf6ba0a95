using Chat.Application.Conversations;
using Chat.Application.Log;
using Chat.Infrastructure.ReadModels;

namespace Chat.Api.Http;

/// <summary>Read your own writes: a read that names a position waits for the read models that it is answered from.</summary>
static class Freshness
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    extension(RouteHandlerBuilder route)
    {
        /// <summary>Takes ?atLeast=position or the header Chat-At-Least; 503 when the models are not there within a second.</summary>
        public RouteHandlerBuilder AtLeast(params string[] models) => route.AddEndpointFilter(async (context, next) =>
        {
            var http = context.HttpContext;
            if (Asked(http.Request) is not { } asked) return await next(context);
            if (!LogPosition.TryParse(asked, out var position)) return Problems.InvalidParameter("atLeast", "atLeast is a position that this API has given.");

            var progress = http.RequestServices.GetRequiredService<ReadModelProgress>();
            if (!await progress.WaitFor(position, models, Patience, http.RequestAborted)) throw new ReadModelBehindException($"Not at {position} yet.");
            return await next(context);
        }).WithMetadata(new TakesAtLeast());
    }

    /// <summary>The position that a read names, if it does.</summary>
    public static string? Asked(HttpRequest request) => request.Query["atLeast"].FirstOrDefault() ?? request.Headers["Chat-At-Least"].FirstOrDefault();
}

/// <summary>Marks a read that may be asked to be at least as fresh as a position, for its description.</summary>
sealed record TakesAtLeast;
