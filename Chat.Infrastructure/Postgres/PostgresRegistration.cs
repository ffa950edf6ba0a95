using Chat.Application.Conversations;
using Chat.Application.Files;
using Chat.Application.Keys;
using Chat.Infrastructure.Files;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Chat.Infrastructure.Postgres;

public static class PostgresRegistration
{
    extension(IServiceCollection services)
    {
        /// <summary>Schema steps of a module, applied at start in the order in which modules are added.</summary>
        public IServiceCollection AddMigrations(IReadOnlyList<Migration> migrations)
        {
            foreach (var migration in migrations) services.AddSingleton(migration);
            return services;
        }

        /// <summary>The keys of access tokens in the database of AddPostgres(), for a process that signs or verifies.</summary>
        public IServiceCollection AddSigningKeys() => services
            .AddMigrations(SigningKeys.Migrations)
            .AddSingleton<SigningKeys>()
            .AddHostedService<SigningKeysAtStart>()
            .AddHostedService<SigningKeysWatch>();

        /// <summary>The database (ConnectionStrings:Postgres), its migrations, the personal keys and the snapshots in it.</summary>
        public IServiceCollection AddPostgres()
        {
            services.AddOptions<KeyOptions>().BindConfiguration(KeyOptions.Section).ValidateDataAnnotations().ValidateOnStart();
            services.AddOptions<PostgresOptions>()
                .Configure<IConfiguration>(static (options, configuration) => options.ConnectionString = configuration.GetConnectionString("Postgres") ?? "")
                .Validate(static options => options.IsUsable, PostgresOptions.Unusable)
                .ValidateOnStart();
            return services
                .AddSingleton(static provider => Connect(provider, PostgresOptions.ForAll))
                .AddKeyedSingleton(PostgresOptions.Batches, static (provider, _) => Connect(provider, PostgresOptions.ForBatches))
                .AddSingleton<Leases>()
                .AddSingleton<DatabaseCheck>()
                .AddSingleton<Migrations>()
                .AddHostedService<MigrationsAtStart>()
                .AddMigrations(PostgresPersonalKeys.Migrations)
                .AddMigrations(FileTables.Migrations)
                .AddSingleton<IFileClaims, PostgresFileClaims>()
                .AddMigrations(PostgresSnapshots.Migrations)
                .AddSingleton<MasterKey>()
                .AddSingleton<IPersonalKeys, PostgresPersonalKeys>()
                .AddSingleton<ISnapshots, PostgresSnapshots>();
        }
    }

    static NpgsqlDataSource Connect(IServiceProvider provider, Action<NpgsqlConnectionStringBuilder> adjust)
    {
        var options = new NpgsqlConnectionStringBuilder(provider.GetRequiredService<IOptions<PostgresOptions>>().Value.ConnectionString);
        adjust(options);
        return new NpgsqlDataSourceBuilder(options.ConnectionString).UseLoggerFactory(provider.GetRequiredService<ILoggerFactory>()).Build();
    }
}

public sealed class PostgresOptions
{
    public const string Unusable = "ConnectionStrings:Postgres must name a PostgreSQL server, for example: Host=127.0.0.1;Port=5432;Username=chat;Password=…;Database=chat";

    public string ConnectionString { get; set; } = "";

    /// <summary>Key of the data source for batches of projections.</summary>
    public const string Batches = "batches";

    // Statements that come often are prepared by themselves, and none runs long enough to be worth compiling. Whoever changes a session (a lease, a
    // listener) tidies up after themselves, so that a connection is not reset, by seven statements, each time it is borrowed.
    internal static void ForAll(NpgsqlConnectionStringBuilder options)
    {
        options.Options ??= "-c jit=off";
        (options.MaxAutoPrepare, options.AutoPrepareMinUsages) = (200, 2);
        options.NoResetOnClose = true;
    }

    // Few statements over and over, each by key: one plan for every batch size, also when it was made while the tables were still empty.
    internal static void ForBatches(NpgsqlConnectionStringBuilder options)
    {
        ForAll(options);
        options.Options += " -c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off";
    }

    internal bool IsUsable
    {
        get
        {
            try
            {
                return new NpgsqlConnectionStringBuilder(ConnectionString).Host is { Length: > 0 };
            }
            catch (ArgumentException)
            {
                return false; // no connection string at all; the message says what one looks like
            }
        }
    }
}
