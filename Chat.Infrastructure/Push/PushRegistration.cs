using Chat.Application.Push;
using Chat.Infrastructure.Messaging;
using Chat.Infrastructure.Postgres;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Chat.Infrastructure.Push;

public static class PushRegistration
{
    extension(IConfiguration configuration)
    {
        /// <summary>Whether any provider is configured; without one nothing is decided, kept or sent.</summary>
        public bool PushIsOn =>
            (configuration["Push:Fcm:ServiceAccountFile"] ?? configuration["Push:Apns:KeyFile"] ?? configuration["Push:WebPush:PrivateKey"]) is not null;
    }

    extension(IServiceCollection services)
    {
        /// <summary>Where devices are reached, who is told, and the providers that are configured.</summary>
        public IServiceCollection AddPush(IConfiguration configuration)
        {
            services.AddOptions<PushOptions>().BindConfiguration(PushOptions.Section).ValidateDataAnnotations().ValidateOnStart();
            services.AddOptions<FcmOptions>().BindConfiguration(FcmOptions.Section).ValidateDataAnnotations().ValidateOnStart();
            services.AddOptions<ApnsOptions>().BindConfiguration(ApnsOptions.Section).ValidateDataAnnotations().ValidateOnStart();
            services.AddOptions<WebPushOptions>().BindConfiguration(WebPushOptions.Section).ValidateDataAnnotations().ValidateOnStart();
            if (configuration["Push:Fcm:ServiceAccountFile"] is not null) services.AddSingleton<IPushSender, FcmSender>();
            if (configuration["Push:Apns:KeyFile"] is not null) services.AddSingleton<IPushSender, ApnsSender>();
            if (configuration["Push:WebPush:PrivateKey"] is not null)
            {
                services.AddSingleton<WebPushSender>().AddSingleton<IPushSender>(static provider => provider.GetRequiredService<WebPushSender>());
            }
            if (configuration.PushIsOn) services.AddSingleton<PushDeadLetters>().TryAddSingleton<Outbox>();
            return services
                .AddMigrations(PostgresPushTargets.Migrations)
                .AddSingleton<IPushTargets, PostgresPushTargets>()
                .AddSingleton<IRecipientsReader, PostgresRecipients>()
                .AddSingleton<PushWording>()
                .AddSingleton<PushDelivery>()
                .AddHostedService<PushAtStart>();
        }
    }
}
