using System.Text.Json;
using System.Text.RegularExpressions;
using Chat.Application.Conversations;
using Chat.Application.Files;
using Chat.Application.Keys;
using Chat.Application.Log;
using Chat.Application.Search;
using Chat.Application.Streams;
using Chat.Infrastructure.Postgres;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Chat.Api.Http;

/// <summary>
/// The one place where exceptions become answers. What is away for a while is 503, what the client wrote is 4xx; anything else is a
/// fault of ours and says nothing but its trace.
/// </summary>
public sealed partial class Faults(ILogger<Faults> logger) : IExceptionHandler
{
    /// <summary>A stable code for what will pass by itself, null for any other fault. The hub answers the same.</summary>
    public static string? CodeOfUnavailable(Exception fault) => fault switch
    {
        ConversationBusyException => "conversation_busy",
        ReadModelBehindException => "read_model_behind",
        SearchUnavailableException => "search_unavailable",
        BlobStoreUnavailableException => "files_unavailable",
        LogUnavailableException => "store_unavailable",
        _ when IsStoreAway(fault) => "store_unavailable",
        _ => null,
    };

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException or IOException && httpContext.RequestAborted.IsCancellationRequested) return true; // nobody hears the answer
        var problem = ProblemOf(exception);
        if (problem.StatusCode >= 500) LogFault(logger, exception, httpContext.GetEndpoint()?.DisplayName ?? "", problem.StatusCode);
        await problem.ExecuteAsync(httpContext);
        return true;
    }

    static ProblemHttpResult ProblemOf(Exception fault) => fault switch
    {
        BadHttpRequestException { InnerException: JsonException json } => ProblemOf(json),
        BadHttpRequestException { StatusCode: 400 } bad when ParameterName().Match(bad.Message) is { Success: true } parameter =>
            Problems.InvalidParameter(parameter.Groups[1].Value, $"{parameter.Groups[1].Value} is missing or not of its type."),
        BadHttpRequestException { StatusCode: 400 } bad when bad.Message.Contains("body", StringComparison.Ordinal) =>
            Problems.Of(400, "invalid_json", "This route takes a JSON object.", "$"),
        BadHttpRequestException { StatusCode: 413 } => Problems.Of(413, "body_too_large", "The body is larger than this route takes."),
        BadHttpRequestException { StatusCode: 415 } => Problems.Of(415, "unsupported_media_type", "Send application/json in UTF-8."),
        BadHttpRequestException bad => Problems.Of(bad.StatusCode, "bad_request", "The request could not be read."),
        UserErasedException => Problems.Of(401, "unauthorized", "This user has been erased."),
        SearchCursorException cursor => Problems.InvalidParameter("cursor", cursor.Message),
        TimeoutException or OperationCanceledException => Problems.Of(503, "timed_out", "This took too long; try again."),
        _ when CodeOfUnavailable(fault) is { } code => Problems.Of(503, code, "This cannot be done at the moment; try again."),
        _ => Problems.Of(500, "internal_error", "Something went wrong here; the trace says more to those who run this server."),
    };

    // The serializer's own text names CLR types, so only where it was and the kind of mistake are told.
    static ProblemHttpResult ProblemOf(JsonException json)
    {
        var path = json.Path is { Length: > 0 } at ? at : "$";
        return json.Message switch
        {
            var m when m.Contains("could not be mapped to any .NET member", StringComparison.Ordinal) =>
                Problems.Of(400, "unknown_field", "There is no such field.", path),
            var m when m.Contains("missing required properties", StringComparison.Ordinal) =>
                Problems.Of(400, "missing_field", $"Required here: {string.Join(", ", Quoted().Matches(m).Skip(1).Select(static match => match.Groups[1].Value))}.", path),
            var m when m.Contains("uplicate", StringComparison.Ordinal) =>
                Problems.Of(400, "duplicate_field", "A field is given twice.", path),
            _ => Problems.Of(400, "invalid_json", "This is not the JSON that this route takes.", path),
        };
    }

    static bool IsStoreAway(Exception fault)
    {
        for (var at = fault; at is not null; at = at.InnerException)
        {
            if (at is not IOException && PostgresFaults.IsUnavailable(at)) return true;
        }
        return false;
    }

    [GeneratedRegex("""^(?:Failed to bind|Required) parameter "\S+ (\w+)" (?:from|was not provided from (?:query|route|header))""")]
    private static partial Regex ParameterName();

    [GeneratedRegex("'([^']+)'")]
    private static partial Regex Quoted();

    [LoggerMessage(Level = LogLevel.Error, Message = "{Endpoint} answers {Status}.")]
    static partial void LogFault(ILogger logger, Exception fault, string endpoint, int status);
}
