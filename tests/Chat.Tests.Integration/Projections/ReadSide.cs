using Chat.Application;
using Chat.Application.Conversations;
using Chat.Application.Directory;
using Chat.Application.Inbox;
using Chat.Application.Keys;
using Chat.Application.Log;
using Chat.Application.Receipts;
using Chat.Application.Timeline;
using Chat.Application.Users;
using Chat.Domain;
using Chat.Domain.Conversations;
using Chat.Domain.Receipts;
using Chat.Domain.Users;
using Chat.Infrastructure.Postgres;
using Chat.Infrastructure.PostgresLog;
using Chat.Infrastructure.ReadModels;
using Chat.Infrastructure.Search;
using Chat.Projections;
using Chat.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Chat.Tests.Integration.Projections;

/// <summary>The product without its API: write path, log, projections and readers on a database of their own.</summary>
public sealed class ReadSide : IAsyncDisposable
{
    readonly IHost host;

    ReadSide(TestDatabase database, IHost host) => (Database, this.host) = (database, host);

    public TestDatabase Database { get; }

    public IServiceProvider Services => host.Services;

    public T Get<T>() where T : notnull => host.Services.GetRequiredService<T>();

    public ITimelineReader Timeline => Get<ITimelineReader>();
    public IInboxReader Inbox => Get<IInboxReader>();
    public IDirectoryReader Directory => Get<IDirectoryReader>();

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    string[] Models => [.. host.Services.GetServices<IProjection>().Select(static projection => projection.Model.Name)];

    public static async Task<ReadSide> Start(bool runners = true, Action<IServiceCollection>? also = null, IReadOnlyDictionary<string, string?>? settings = null) =>
        await Start(await TestDatabase.Create(), runners, also, settings);

    public static async Task<ReadSide> Start(
        TestDatabase database, bool runners = true, Action<IServiceCollection>? also = null, IReadOnlyDictionary<string, string?>? settings = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:Postgres"] = database.ConnectionString,
            ["Keys:MasterKey"] = Convert.ToBase64String(new byte[32]),
        });
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Logging.ClearProviders();
        builder.Services.AddPostgres().AddPostgresLog().AddSearch(builder.Configuration).AddReadModels().AddChatApplication().AddProjections().AddSearchProjections(builder.Configuration);
        if (runners) builder.Services.AddProjectionRunners();
        also?.Invoke(builder.Services);
        var host = builder.Build();
        await host.StartAsync(Ct);
        return new(database, host);
    }

    public async Task<UserId> Register(string name)
    {
        var user = new UserId(Guid.CreateVersion7());
        await Get<IPersonalKeys>().Create(user, Ct);
        Assert.IsType<Outcome.Done>(await Get<UserStreams>().Transact(new RegisterUser { By = user, Username = name, DisplayName = name }, Ct));
        return user;
    }

    public async Task<Receipt> Do(ConversationCommand command) => Assert.IsType<Outcome.Done>(await Try(command)).Receipt;

    /// <summary>What may be refused.</summary>
    public Task<Outcome> Try(ConversationCommand command) => Get<ConversationStreams>().Transact(command, Ct);

    public async Task<Receipt> Do(UserCommand command) => Assert.IsType<Outcome.Done>(await Get<UserStreams>().Transact(command, Ct)).Receipt;

    public async Task<ConversationId> Start(UserId by, ConversationKind kind = ConversationKind.Group, History? history = null, params UserId[] members)
    {
        var conversation = kind == ConversationKind.Direct ? ConversationId.Direct(by, members[0]) : new ConversationId(Guid.CreateVersion7());
        await Do(new StartConversation { Conversation = conversation, By = by, Kind = kind, Name = kind == ConversationKind.Direct ? null : "Room", History = history, Members = members });
        return conversation;
    }

    public async Task<Receipt> Send(ConversationId conversation, UserId by, string text, params UserId[] mentions) => await Do(new SendMessage
    {
        Conversation = conversation, By = by, Message = new(Guid.CreateVersion7()), ClientMessage = new(Guid.NewGuid()), Body = new(text), Mentions = mentions,
    });

    /// <summary>With files, as if they had been claimed.</summary>
    public async Task<Receipt> Send(ConversationId conversation, UserId by, string text, IReadOnlyList<Attachment> attachments) => await Do(new SendMessage
    {
        Conversation = conversation, By = by, Message = new(Guid.CreateVersion7()), ClientMessage = new(Guid.NewGuid()), Body = new(text),
        Files = [.. attachments.Select(static attachment => attachment.File)], Attachments = attachments,
    });

    /// <summary>Receipts of a user on the one device they have here, written at once.</summary>
    public Task<Receipt> Receive(ConversationId conversation, UserId by, long? delivered = null, long? read = null) => Get<ReceiptStreams>().Write(
        new AdvanceReceipt { Conversation = conversation, By = by, Device = new(by.Value), Delivered = delivered, Read = read }, Ct);

    public Task<Receipt> MarkUnread(ConversationId conversation, UserId by, long? from = null) => Get<ReceiptStreams>().Write(
        new MarkUnread { Conversation = conversation, By = by, Device = new(by.Value), From = from }, Ct);

    /// <summary>Waits until every projection has all that is in the log.</summary>
    public async Task Settled()
    {
        var head = await Get<IEventLog>().Head(Ct);
        Assert.True(await Get<ReadModelProgress>().WaitFor(head, Models, TimeSpan.FromSeconds(40), Ct), "The projections did not catch up.");
    }

    /// <summary>Builds and switches; nothing may differ.</summary>
    public async Task Rebuild(params string[] names)
    {
        await Build(names);
        foreach (var name in names) Assert.Empty((await Switch(name)).Differences);
    }

    public Task Build(params string[] names) => Get<ProjectionRebuild>().Build([.. names.Select(Projection)], new(Partitions: 2), static (_, _) => { }, Ct);

    public Task<Verdict> Switch(string name) => Get<ProjectionRebuild>().Switch(Projection(name), new(), static (_, _) => { }, Ct);

    public async Task<Checkpoint> Live(string name) => (await Get<Checkpoints>().All(Ct)).Single(checkpoint => checkpoint.Projection == name && checkpoint.Live);

    public IProjection Projection(string name) => host.Services.GetServices<IProjection>().Single(projection => projection.Model.Name == name);

    public async Task<IReadOnlyList<Verdict>> Verify()
    {
        var verdicts = new List<Verdict>();
        foreach (var projection in host.Services.GetServices<IProjection>())
        {
            verdicts.Add(await Get<ProjectionVerification>().Run(projection, new(), static (_, _) => { }, Ct));
        }
        return verdicts;
    }

    /// <summary>Mends every projection; the rows it took.</summary>
    public async Task<long> Repair()
    {
        var rows = 0L;
        foreach (var projection in host.Services.GetServices<IProjection>()) rows += await Get<ProjectionRepair>().Run(projection, static (_, _) => { }, Ct);
        return rows;
    }

    public async Task VerifyClean() => Assert.Empty((await Verify()).SelectMany(verdict => verdict.Differences));

    public async ValueTask DisposeAsync()
    {
        await Stop();
        await Database.DisposeAsync();
    }

    /// <summary>Stops this process's part and leaves the database.</summary>
    public async Task Stop()
    {
        await host.StopAsync(CancellationToken.None);
        if (host is IAsyncDisposable disposable) await disposable.DisposeAsync();
    }
}
