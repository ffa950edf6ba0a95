using System.Text;
using Chat.Api.Hosting;
using Chat.Api.Http;
using Chat.Api.Receipts;
using MessagePack;
using MessagePack.Formatters;
using MessagePack.Resolvers;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Chat.Api.Live;

public static class LiveRegistration
{
    public const string Path = "/v1/live";
    const int MaxMessageBytes = 64 * 1024;

    extension(IServiceCollection services)
    {
        /// <summary>The hub, in JSON and MessagePack, and what pushes to its connections.</summary>
        public IServiceCollection AddLive()
        {
            services.AddSignalR(static options =>
                {
                    options.MaximumReceiveMessageSize = MaxMessageBytes;
                    options.MaximumParallelInvocationsPerClient = 16; // sends are pipelined; their order is the conversation's gate's
                    options.EnableDetailedErrors = false;
                    options.AddFilter<HubRules>();
                })
                .AddJsonProtocol(static options => StrictJson.Configure(options.PayloadSerializerOptions))
                .AddMessagePackProtocol(static options => options.SerializerOptions = MessagePackSerializerOptions.Standard
                    .WithResolver(CompositeResolver.Create([new StrictText()], [SignalRResolver, ContractlessStandardResolver.Instance]))
                    .WithSecurity(MessagePackSecurity.UntrustedData));
            foreach (var protocol in services.Where(static service => service.ServiceType == typeof(IHubProtocol)).ToList())
            {
                services.Remove(protocol);
                services.AddSingleton<IHubProtocol>(provider =>
                    new StrictHubProtocol((IHubProtocol)ActivatorUtilities.CreateInstance(provider, protocol.ImplementationType!)));
            }
            services.AddOptions<LiveOptions>().BindConfiguration(LiveOptions.Section).ValidateDataAnnotations().ValidateOnStart();
            services.AddSingleton<LiveConnections>();
            services.Replace(ServiceDescriptor.Singleton<HubLifetimeManager<ChatHub>>(static provider => provider.GetRequiredService<LiveConnections>()));
            return services
                .AddSingleton<HubRules>()
                .AddSingleton<Admission>()
                .AddSingleton<Drain>()
                .AddHostedService(static provider => provider.GetRequiredService<Drain>())
                .AddSingleton<IHostLifetime, DrainingLifetime>()
                .AddSingleton<Audience>()
                .AddSingleton<Resumption>()
                .AddSingleton<Heartbeats>()
                .AddHostedService(static provider => provider.GetRequiredService<Heartbeats>())
                .AddSingleton<ProjectedLog>()
                .AddHostedService<LiveEdge>()
                .AddHostedService<ReceiptsEdge>()
                .AddHostedService<LiveWatch>();
        }
    }

    static IFormatterResolver SignalRResolver => CompositeResolver.Create(
        DynamicEnumAsStringResolver.Instance, StandardResolver.Instance);

    extension(IEndpointRouteBuilder routes)
    {
        public void MapLive() => routes.MapHub<ChatHub>(Path, static options =>
        {
            options.Transports = HttpTransportType.WebSockets | HttpTransportType.ServerSentEvents | HttpTransportType.LongPolling;
            options.ApplicationMaxBufferSize = MaxMessageBytes;
        });
    }

    /// <summary>Text that is no UTF-8 is an error, as it is in JSON, and not replaced unseen.</summary>
    sealed class StrictText : IMessagePackFormatter<string?>
    {
        static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

        public string? Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options) => reader.ReadStringSequence() is { } bytes
            ? Utf8.GetString(bytes)
            : null;

        public void Serialize(ref MessagePackWriter writer, string? value, MessagePackSerializerOptions options) => writer.Write(value);
    }
}
