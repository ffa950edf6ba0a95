using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Chat.Testing;

/// <summary>What came to a provider.</summary>
public sealed record ProviderRequest(string Path, string Protocol, IReadOnlyDictionary<string, string> Headers, byte[] Body);

/// <param name="Body">JSON, or null for none.</param>
public sealed record ProviderAnswer(int Status, string? Body = null, int? RetryAfter = null);

/// <summary>A push provider on this machine: keeps what it was sent and answers as it is told to.</summary>
public sealed class ProviderServer : IAsyncDisposable
{
    readonly WebApplication application;
    readonly ConcurrentQueue<ProviderAnswer> answers = new();
    readonly SemaphoreSlim arrived = new(0);

    ProviderServer(WebApplication application) => this.application = application;

    /// <summary>What is answered when nothing else was asked for.</summary>
    public ProviderAnswer Usual { get; set; } = new(200);

    /// <summary>What it waits for before it answers.</summary>
    public Task Ready { get; set; } = Task.CompletedTask;

    public ConcurrentQueue<ProviderRequest> Requests { get; } = new();

    public Uri Address => new(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<ProviderServer> Start(HttpProtocols protocols = HttpProtocols.Http1)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = protocols));
        var server = new ProviderServer(builder.Build());
        server.application.Run(server.Answer);
        await server.application.StartAsync(Ct);
        return server;
    }

    /// <summary>Answers the next requests so, in this order.</summary>
    public void Then(params ProviderAnswer[] next)
    {
        foreach (var answer in next) answers.Enqueue(answer);
    }

    /// <summary>Waits for the next request that was not waited for yet.</summary>
    public async Task Arrival() => Assert.True(await arrived.WaitAsync(TimeSpan.FromSeconds(60), Ct), "No request came.");

    async Task Answer(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, Ct);
        Requests.Enqueue(new(
            http.Request.Path, http.Request.Protocol, http.Request.Headers.ToDictionary(static h => h.Key, static h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            body.ToArray()));
        await Ready.WaitAsync(http.RequestAborted);
        var answer = answers.TryDequeue(out var next) ? next : Usual;
        http.Response.StatusCode = answer.Status;
        if (answer.RetryAfter is { } seconds) http.Response.Headers.RetryAfter = $"{seconds}";
        if (answer.Body is { } text)
        {
            http.Response.ContentType = "application/json";
            await http.Response.WriteAsync(text, Ct);
        }
        arrived.Release();
    }

    public ValueTask DisposeAsync() => application.DisposeAsync();
}
