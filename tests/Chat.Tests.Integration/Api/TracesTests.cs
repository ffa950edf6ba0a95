using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.Logging;

namespace Chat.Tests.Integration.Api;

/// <summary>A server that sends its traces and metrics to a collector by OTLP over HTTP.</summary>
public sealed class TracedServer : ChatServer
{
    readonly ConcurrentQueue<(string Path, byte[] Body)> received = [];
    readonly WebApplication collector;
    TaskCompletionSource arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TracedServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        collector = builder.Build();
        collector.MapPost("/{**path}", async (string path, HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
            received.Enqueue((path, body.ToArray()));
            Interlocked.Exchange(ref arrived, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
            return Results.Ok();
        });
    }

    protected override IEnumerable<(string Name, string Value)> More =>
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Urls.Single()), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
        ("OTEL_BSP_SCHEDULE_DELAY", "200"), ("OTEL_METRIC_EXPORT_INTERVAL", "500"),
    ];

    public override async ValueTask InitializeAsync()
    {
        await collector.StartAsync(Ct);
        await base.InitializeAsync();
    }

    /// <summary>Returns once the collector has got all of these words on a path, in whatever order and however many calls.</summary>
    public async Task Collected(string path, params byte[][] words)
    {
        while (true)
        {
            var more = Volatile.Read(ref arrived).Task;
            if (words.All(word => received.Any(call => call.Path == path && call.Body.AsSpan().IndexOf(word) >= 0))) return;
            await more.WaitAsync(TimeSpan.FromSeconds(30), Ct);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await collector.DisposeAsync();
    }
}

public sealed class TracesTests(TracedServer server) : IClassFixture<TracedServer>
{
    [Fact]
    public async Task one_trace_goes_from_the_request_to_the_push_and_to_the_collector()
    {
        var person = await server.OrSkip().Person();
        var room = await person.StartGroup();
        await using var device = new HubConnectionBuilder().WithUrl(new Uri(server.Anybody().BaseAddress!, "v1/live"), options =>
            options.AccessTokenProvider = () => Task.FromResult<string?>(person.AccessToken)).Build();
        await device.StartAsync(ChatServer.Ct);

        var pushed = new ConcurrentDictionary<ActivityTraceId, TaskCompletionSource>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == "Chat.Live",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => pushed.GetOrAdd(activity.TraceId, static _ => new()).TrySetResult(),
        };
        ActivitySource.AddActivityListener(listener);

        var trace = ActivityTraceId.CreateRandom();
        using var http = server.Anybody();
        http.DefaultRequestHeaders.Authorization = new("Bearer", person.AccessToken);
        http.DefaultRequestHeaders.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");
        (await http.Send(HttpMethod.Post, $"/v1/conversations/{room}/messages", new { clientMessageId = Guid.NewGuid(), text = "the secret word" })).Is(201);

        await pushed.GetOrAdd(trace, static _ => new()).Task.WaitAsync(TimeSpan.FromSeconds(30), ChatServer.Ct);
        await server.Collected("v1/traces", Convert.FromHexString(trace.ToString()), "live.push"u8.ToArray(), "log.commit"u8.ToArray(), "projection.apply"u8.ToArray());
        await server.Collected("v1/metrics", Encoding.ASCII.GetBytes("chat.live.push_latency"), Encoding.ASCII.GetBytes("chat.live.connections"));
    }
}
