using Chat.Application.Accounts;
using JasperFx;
using Marten;
using Marten.Schema;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Chat.Infrastructure.Marten;

public static class MartenRegistration
{
    extension(IServiceCollection services)
    {
        /// <summary>Documents in the schema "docs" of AddPostgres()'s database: accounts and sessions.</summary>
        public IServiceCollection AddMartenDocuments() => services
            .AddSingleton<IDocumentStore>(static provider => DocumentStore.For(options => Configure(options, provider.GetRequiredService<NpgsqlDataSource>())))
            .AddHostedService<DocumentsAtStart>()
            .AddSingleton<IAccounts, MartenAccounts>()
            .AddSingleton<ISessions, MartenSessions>();
    }

    static void Configure(StoreOptions options, NpgsqlDataSource database)
    {
        options.Connection(database);
        options.DatabaseSchemaName = "docs";
        options.AutoCreateSchemaObjects = AutoCreate.CreateOrUpdate; // when the host starts, see DocumentsAtStart
        options.DisableNpgsqlLogging = true;
        options.UseSystemTextJsonForSerialization();
        options.Schema.For<Account>().UniqueIndex(UniqueIndexType.DuplicatedField, account => account.Username);
        options.Schema.For<Session>().UseOptimisticConcurrency(true).Duplicate(session => session.UserId, configure: static index => index.IsConcurrent = false);
    }
}
