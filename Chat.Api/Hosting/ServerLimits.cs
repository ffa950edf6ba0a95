using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using IPNetwork = System.Net.IPNetwork;

namespace Chat.Api.Hosting;

/// <summary>Section "Server".</summary>
public sealed class ServerOptions : IValidatableObject
{
    public const string Section = "Server";

    /// <summary>Addresses and networks (10.0.0.0/8) whose X-Forwarded-For and -Proto are believed; nobody's by default.</summary>
    public IList<string> TrustedProxies { get; set; } = [];

    /// <summary>How long requests that are under way may take to finish once the devices have been sent away (Live:DrainSpread).</summary>
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(8);

    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(30);

    [Range(1024, 16 * 1024 * 1024)]
    public int MaxBodyBytes { get; set; } = 256 * 1024;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        TrustedProxies.Where(static proxy => !IPNetwork.TryParse(proxy, out _) && !IPAddress.TryParse(proxy, out _))
            .Select(static proxy => new ValidationResult($"Server:TrustedProxies: \"{proxy}\" is neither an address nor a network.", [nameof(TrustedProxies)]));
}

static class ServerLimits
{
    extension(WebApplicationBuilder builder)
    {
        /// <summary>What the server takes from a client before it says no, and whom it believes about addresses.</summary>
        public void AddServerLimits()
        {
            var services = builder.Services;
            services.AddOptions<ServerOptions>().BindConfiguration(ServerOptions.Section).ValidateDataAnnotations().ValidateOnStart();
            services.AddOptions<KestrelServerOptions>().Configure<IOptions<ServerOptions>>(static (kestrel, server) =>
            {
                kestrel.AddServerHeader = false;
                kestrel.Limits.MaxRequestBodySize = server.Value.MaxBodyBytes;
                kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
                kestrel.Limits.MaxRequestHeaderCount = 64;
                kestrel.Limits.MaxRequestLineSize = 8 * 1024;
                kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
                kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
            });
            services.AddOptions<HostOptions>().Configure<IOptions<ServerOptions>>(static (host, server) => host.ShutdownTimeout = server.Value.ShutdownTimeout);
            services.AddOptions<ForwardedHeadersOptions>().Configure<IOptions<ServerOptions>>(Trust);
            services.AddRequestTimeouts();
            services.AddOptions<Microsoft.AspNetCore.Http.Timeouts.RequestTimeoutOptions>().Configure<IOptions<ServerOptions>>(static (timeouts, server) =>
                timeouts.DefaultPolicy = new() { Timeout = server.Value.RequestTimeout, TimeoutStatusCode = StatusCodes.Status503ServiceUnavailable });
        }
    }

    static void Trust(ForwardedHeadersOptions headers, IOptions<ServerOptions> server)
    {
        // with both lists empty the middleware would believe everybody
        headers.ForwardedHeaders = server.Value.TrustedProxies.Count > 0 ? ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto : ForwardedHeaders.None;
        headers.KnownProxies.Clear();
        headers.KnownIPNetworks.Clear();
        foreach (var proxy in server.Value.TrustedProxies)
        {
            if (IPAddress.TryParse(proxy, out var address)) headers.KnownProxies.Add(address);
            else headers.KnownIPNetworks.Add(IPNetwork.Parse(proxy));
        }
    }
}
