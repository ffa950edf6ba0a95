using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;

namespace Chat.Api.Http;

/// <summary>RFC 9457 answers, all of one shape: a stable code, whether to try again, the trace, what is wrong by field.</summary>
public static class Problems
{
    public static ProblemHttpResult Of(int status, string code, string detail, string? field = null)
    {
        var extensions = new Dictionary<string, object?> { ["code"] = code };
        if (field is not null) extensions["errors"] = new Dictionary<string, string[]> { [field] = [detail] };
        return TypedResults.Problem(detail, statusCode: status, title: Title(status), type: $"urn:chat:{code}", extensions: extensions);
    }

    // 460 is what tus answers to a wrong checksum; it is no status of HTTP's own.
    static string Title(int status) => status == 460 ? "Checksum Mismatch" : ReasonPhrases.GetReasonPhrase(status);

    public static ProblemHttpResult LimitOutOfRange(int most) => Of(400, "limit_out_of_range", $"limit is 1 to {most}.", "limit");

    public static ProblemHttpResult InvalidParameter(string name, string detail) => Of(400, "invalid_parameter", detail, name);

    /// <summary>Gives every problem, also those that the framework makes, its code, retryable and traceId.</summary>
    public static void Complete(ProblemDetailsContext context)
    {
        var problem = context.ProblemDetails;
        var status = problem.Status ?? context.HttpContext.Response.StatusCode;
        if (!problem.Extensions.ContainsKey("code"))
        {
            var code = CodeOf(status);
            problem.Extensions["code"] = code;
            problem.Type = $"urn:chat:{code}";
        }
        var retryable = status is 408 or 423 or 429 or 503;
        problem.Extensions["retryable"] = retryable;
        problem.Extensions["traceId"] = System.Diagnostics.Activity.Current?.TraceId.ToString() ?? context.HttpContext.TraceIdentifier;
        if (retryable && context.HttpContext.Response.Headers.RetryAfter.Count == 0) context.HttpContext.Response.Headers.RetryAfter = "1";
    }

    static string CodeOf(int status) => status switch
    {
        400 => "bad_request",
        401 => "unauthorized",
        403 => "forbidden",
        404 => "not_found",
        405 => "method_not_allowed",
        408 => "request_timeout",
        413 => "body_too_large",
        415 => "unsupported_media_type",
        429 => "rate_limited",
        431 => "headers_too_large",
        503 => "unavailable",
        >= 500 => "internal_error",
        _ => "request_failed",
    };
}
