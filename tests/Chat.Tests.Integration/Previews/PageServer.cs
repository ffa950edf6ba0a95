using System.Net;
using Chat.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Chat.Tests.Integration.Previews;

/// <summary>Web pages on this machine, to whoever believes to dial a host of the internet.</summary>
public sealed class PageServer : IAsyncDisposable
{
    public const string PublicAddress = "93.184.215.14";

    readonly WebApplication application;

    PageServer(WebApplication application)
    {
        this.application = application;
        var address = new Uri(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        Internet = new(new(IPAddress.Loopback, address.Port));
    }

    public InMemoryInternet Internet { get; }

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<PageServer> Start(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var application = builder.Build();
        application.Run(answer);
        await application.StartAsync(Ct);
        return new(application);
    }

    public static Task<PageServer> Start(string page) => Start(http => Html(http, page));

    public static Task Html(HttpContext http, string page)
    {
        http.Response.ContentType = "text/html; charset=utf-8";
        return http.Response.WriteAsync(page, http.RequestAborted);
    }

    public ValueTask DisposeAsync() => application.DisposeAsync();
}
