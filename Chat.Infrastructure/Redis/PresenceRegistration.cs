using Chat.Application.Presence;
using Chat.Infrastructure.Memory;
using Chat.Infrastructure.Postgres;
using Chat.Infrastructure.ReadModels;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace Chat.Infrastructure.Redis;

public static class PresenceRegistration
{
    extension(IServiceCollection services)
    {
        /// <summary>Presence, typing and the session registry: in Redis when ConnectionStrings:Redis names one, else in this process, which is right for one node.</summary>
        public IServiceCollection AddPresence(IConfiguration configuration)
        {
            services.AddOptions<PresenceOptions>().BindConfiguration(PresenceOptions.Section).ValidateDataAnnotations()
                .Validate(static options => options.Heartbeat < options.Ttl, "Presence:Heartbeat must be shorter than Presence:Ttl.").ValidateOnStart();
            services.AddMigrations(PresenceRights.Migrations).AddSingleton<PresenceRights>();
            return configuration.GetConnectionString("Redis") is { Length: > 0 } server && SettingsOf(server) is var settings
                ? services.AddSingleton<IConnectionMultiplexer>(_ => Connect(settings)).AddStore<RedisPresence>().AddSingleton<ITypingSignals, RedisTypingSignals>()
                : services.AddStore<MemoryPresence>().AddSingleton<ITypingSignals, MemoryTypingSignals>();
        }

        IServiceCollection AddStore<T>() where T : class, IPresence, ISessionRegistry => services
            .AddSingleton<T>()
            .AddSingleton<IPresence>(static provider => provider.GetRequiredService<T>())
            .AddSingleton<ISessionRegistry>(static provider => provider.GetRequiredService<T>());
    }

    /// <exception cref="InvalidOperationException">This is no connection string.</exception>
    public static IConnectionMultiplexer Connect(string server) => Connect(SettingsOf(server));

    static ConnectionMultiplexer Connect(ConfigurationOptions settings) => ConnectionMultiplexer.Connect(settings);

    // Redis may be away when we start and at any time after: then commands fail at once, and the connection heals by itself.
    static ConfigurationOptions SettingsOf(string server)
    {
        var settings = Parse(server);
        settings.AbortOnConnectFail = false;
        settings.BacklogPolicy = BacklogPolicy.FailFast;
        settings.ConnectTimeout = 1_000;
        settings.AsyncTimeout = 1_000;
        settings.ReconnectRetryPolicy = new LinearRetry(1_000);
        return settings;
    }

    static ConfigurationOptions Parse(string server)
    {
        try
        {
            return ConfigurationOptions.Parse(server);
        }
        catch (ArgumentException wrong)
        {
            throw new InvalidOperationException($"ConnectionStrings:Redis must name a Redis server, for example: 127.0.0.1:6379,password=… ({wrong.Message})", wrong);
        }
    }
}
