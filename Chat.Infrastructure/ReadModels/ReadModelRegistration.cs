using Chat.Application.Conversations;
using Chat.Application.Directory;
using Chat.Application.Files;
using Chat.Application.Inbox;
using Chat.Application.Receipts;
using Chat.Application.Timeline;
using Chat.Infrastructure.Postgres;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Infrastructure.ReadModels;

public static class ReadModelRegistration
{
    extension(IServiceCollection services)
    {
        /// <summary>The read side in the database of AddPostgres(): readers, checkpoints and their progress.</summary>
        public IServiceCollection AddReadModels() => services
            .AddMigrations(ReadModelSchema.Migrations)
            .AddSingleton(TimelineTable.Model)
            .AddSingleton(InboxTable.Model)
            .AddSingleton(DirectoryTable.Model)
            .AddSingleton(ReceiptsTable.Model)
            .AddSingleton<PostgresTimeline>()
            .AddSingleton<ITimelineReader>(static provider => provider.GetRequiredService<PostgresTimeline>())
            .AddSingleton<IOldMessages>(static provider => provider.GetRequiredService<PostgresTimeline>())
            .AddSingleton<IFileAccess, PostgresFileAccess>()
            .AddSingleton<IInboxReader, PostgresInbox>()
            .AddSingleton<IDirectoryReader, PostgresDirectory>()
            .AddSingleton<PostgresReceipts>()
            .AddSingleton<IReceiptsReader>(static provider => provider.GetRequiredService<PostgresReceipts>())
            .AddSingleton<IReceiptViews>(static provider => provider.GetRequiredService<PostgresReceipts>())
            .AddSingleton<Checkpoints>()
            .AddSingleton<Generations>()
            .AddSingleton<GenerationOverview>()
            .AddSingleton<ReadModelComparisons>()
            .AddSingleton<ReadModelRepair>()
            .AddHostedService<ReadModelsAtStart>()
            .AddSingleton<ReadModelProgress>()
            .AddHostedService(static provider => provider.GetRequiredService<ReadModelProgress>());
    }
}
