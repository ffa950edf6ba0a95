using System.Diagnostics;
using System.Net;

namespace Chat.Bench.Api;

/// <summary>
/// Repeats a request while the server says "later" (429, 503 with Retry-After) or cannot be reached, so that a restart in the middle is
/// survived. Only for requests that may be repeated; all of the API's may, by their keys.
/// </summary>
/// <param name="patience">How long one request is tried before the failure is passed on.</param>
sealed class PatientHandler(TimeSpan patience) : DelegatingHandler(new SocketsHttpHandler())
{
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    public long Retries;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct)
    {
        if (request.Content is not null) await request.Content.LoadIntoBufferAsync(ct);
        var started = Stopwatch.GetTimestamp();
        for (var attempt = 0; ; attempt++)
        {
            var pause = Pause(attempt);
            try
            {
                var response = await base.SendAsync(request, ct);
                await response.Content.LoadIntoBufferAsync(ct); // so that an answer cut off in the middle is asked for again, too
                if (response.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable)
                    || Stopwatch.GetElapsedTime(started) > patience) return response;
                pause = RetryAfter(response) ?? pause;
                response.Dispose();
            }
            catch (Exception fault) when (fault is HttpRequestException or HttpIOException && Stopwatch.GetElapsedTime(started) < patience)
            {
                // whether it was done is unknown: the repeat finds out
            }
            Interlocked.Increment(ref Retries);
            await Task.Delay(pause, ct);
        }
    }

    // Spread, so that many clients do not come back at the same moment.
    static TimeSpan Pause(int attempt) => (Random.Shared.NextDouble() + 0.5) * TimeSpan.FromMilliseconds(Math.Min(100 << Math.Min(attempt, 6), Longest.TotalMilliseconds));

    static TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date > DateTimeOffset.UtcNow => date - DateTimeOffset.UtcNow,
        _ => null,
    };
}
