using Chat.Domain;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Chat.Api.Http;

/// <summary>What a domain's "no" is in HTTP. The hub answers the same codes.</summary>
public static class RefusalProblems
{
    extension(Refusal refusal)
    {
        public int Status => refusal.Kind switch
        {
            RefusalKind.NotFound => StatusCodes.Status404NotFound,
            RefusalKind.Forbidden => StatusCodes.Status403Forbidden,
            RefusalKind.Conflict => StatusCodes.Status409Conflict,
            RefusalKind.Stale => StatusCodes.Status412PreconditionFailed,
            RefusalKind.TooLarge => StatusCodes.Status413PayloadTooLarge,
            RefusalKind.Invalid => StatusCodes.Status422UnprocessableEntity,
            _ => throw new System.Diagnostics.UnreachableException(),
        };

        public ProblemHttpResult ToProblem() => Problems.Of(refusal.Status, refusal.Code, refusal.Detail);
    }
}
