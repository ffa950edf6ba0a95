using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Polly;

namespace Chat.Infrastructure.Elasticsearch;

public static partial class ElasticRegistration
{
    extension(IServiceCollection services)
    {
        /// <summary>The client of Search:Elasticsearch: retries to another node, and leaves an engine alone that is down.</summary>
        public IServiceCollection AddElastic()
        {
            services.AddOptions<ElasticOptions>().BindConfiguration(ElasticOptions.Section).ValidateOnStart();
            services.AddSingleton<IValidateOptions<ElasticOptions>, ElasticOptionsValidation>();
            services.AddSingleton<ElasticClient>().AddSingleton<ElasticIndex>().AddSingleton<ElasticMessageSearch>();
            var client = services.AddHttpClient(ElasticClient.Name)
                .ConfigureHttpClient(static (provider, http) => Configure(http, provider.GetRequiredService<IOptions<ElasticOptions>>().Value))
                .ConfigurePrimaryHttpMessageHandler(static provider => Handler(provider.GetRequiredService<IOptions<ElasticOptions>>().Value))
                .SetHandlerLifetime(Timeout.InfiniteTimeSpan) // connections are renewed by the handler itself
                .RemoveAllLoggers();
            client.AddResilienceHandler("elasticsearch", static (pipeline, context) => Configure(
                pipeline, context.ServiceProvider.GetRequiredService<IOptions<ElasticOptions>>().Value, context.ServiceProvider.GetRequiredService<ILogger<ElasticClient>>()));
            client.AddHttpMessageHandler(static provider =>
                new ElasticNodes(provider.GetRequiredService<IOptions<ElasticOptions>>().Value.NodeList, provider.GetRequiredService<TimeProvider>()));
            return services;
        }
    }

    static void Configure(HttpClient http, ElasticOptions options)
    {
        http.Timeout = Timeout.InfiniteTimeSpan; // each request has its own, in the pipeline
        http.DefaultRequestHeaders.Authorization = options switch
        {
            { ApiKey: { } key } => new AuthenticationHeaderValue("ApiKey", key),
            { Username: { } user, Password: { } password } => new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"))),
            _ => null,
        };
    }

    static SocketsHttpHandler Handler(ElasticOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            AutomaticDecompression = DecompressionMethods.All,
            ConnectTimeout = TimeSpan.FromSeconds(2),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        if (options.CaCertificate is { } file)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.ImportFromPemFile(file);
            handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy };
        }
        return handler;
    }

    // From the outside in: another try (on the next node), the breaker over all of them, the time that one try has.
    static void Configure(ResiliencePipelineBuilder<HttpResponseMessage> pipeline, ElasticOptions options, ILogger logger)
    {
        static bool Failed(Outcome<HttpResponseMessage> outcome) =>
            outcome.Exception is HttpRequestException or IOException || outcome.Result?.StatusCode is HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

        pipeline
            .AddRetry(new HttpRetryStrategyOptions
            {
                MaxRetryAttempts = 2,
                Delay = TimeSpan.FromMilliseconds(50),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldRetryAfterHeader = false,
                ShouldHandle = static args => ValueTask.FromResult(Failed(args.Outcome)),
            })
            .AddCircuitBreaker(new HttpCircuitBreakerStrategyOptions
            {
                FailureRatio = 0.5,
                MinimumThroughput = 6,
                SamplingDuration = TimeSpan.FromSeconds(10),
                BreakDuration = options.BreakDuration,
                ShouldHandle = static args => ValueTask.FromResult(Failed(args.Outcome) || args.Outcome.Exception is Polly.Timeout.TimeoutRejectedException),
                OnOpened = args =>
                {
                    LogOpened(logger, args.BreakDuration);
                    return default;
                },
                OnClosed = args =>
                {
                    LogClosed(logger);
                    return default;
                },
            })
            .AddTimeout(new HttpTimeoutStrategyOptions
            {
                TimeoutGenerator = static args => ValueTask.FromResult(
                    args.Context.GetRequestMessage() is { } request && request.Options.TryGetValue(ElasticClient.Timeout, out var timeout) ? timeout : TimeSpan.FromSeconds(30)),
            });
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The search engine does not answer: it is left alone for {Duration}.")]
    static partial void LogOpened(ILogger logger, TimeSpan duration);

    [LoggerMessage(Level = LogLevel.Information, Message = "The search engine answers again.")]
    static partial void LogClosed(ILogger logger);
}
