using Chat.Application.Conversations;
using Chat.Application.Files;
using Chat.Application.Users;
using Chat.Domain;
using Chat.Domain.Conversations;
using Chat.Infrastructure.Files;
using Chat.Infrastructure.ReadModels;
using Chat.Testing;
using Chat.Tests.Integration.Projections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Chat.Tests.Integration.Files;

/// <summary>What is collected of files that were claimed: what the log never came to refer to, and what it does not refer to any more.</summary>
public sealed class FileReferencesTests : IAsyncLifetime
{
    static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    readonly FakeTimeProvider time = new(DateTimeOffset.UtcNow);
    readonly InMemoryBlobStore blobs = new();
    ReadSide chat = null!;
    UserId ann, bob;
    ConversationId room;
    Attachment photo = null!;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    FileReferences References => chat.Get<FileReferences>();

    public async ValueTask InitializeAsync()
    {
        chat = await ReadSide.Start(also: services => services
            .AddSingleton<FileReferences>().AddSingleton<FileRemoval>().AddSingleton<StagedBytes>().AddSingleton<Uploads>().AddSingleton<FilesSweep>()
            .AddSingleton<IBlobStore>(blobs).AddSingleton<TimeProvider>(time));
        (ann, bob) = (await chat.Register("ann"), await chat.Register("bob"));
        room = await chat.Start(ann, members: [bob]);
        photo = await AFile();
    }

    public ValueTask DisposeAsync() => chat?.DisposeAsync() ?? ValueTask.CompletedTask;

    async Task<Attachment> AFile()
    {
        var file = new Attachment(new(Guid.NewGuid()), "photo.png", "image/png", 1_000, new(640, 480, "#a0b1c2"));
        await UploadedFiles.Add(chat.Database, ann, file, expires: Lifetime);
        await blobs.Put(new(file.File.Value), new MemoryStream([1, 2, 3]), file.MediaType, Ct);
        return file;
    }

    SendMessage Message(Attachment file, Guid? client = null) => new()
    {
        Conversation = room, By = ann, Message = new(Guid.CreateVersion7()), ClientMessage = new(client ?? Guid.NewGuid()), Body = new(""), Files = [file.File],
    };

    Task<Outcome> Send(SendMessage message) => SendMessageHandler.Handle(message, chat.Get<ConversationStreams>(), chat.Get<UserStreams>(), chat.Get<IFileClaims>(), Ct);

    async Task<bool> Claimable(Attachment file) => await chat.Get<IFileClaims>().Claim(FileClaim.Of(Message(file)), Ct) is ClaimResult.Claimed;

    [Fact]
    public async Task after_a_crash_between_claim_and_append_the_same_message_gets_its_files_and_no_other()
    {
        var message = Message(photo);
        await chat.Get<IFileClaims>().Claim(FileClaim.Of(message), Ct); // and nothing more

        Assert.Equal(FileRefusals.AlreadySent, Assert.IsType<Outcome.Refused>(await Send(Message(photo))).Why);
        Assert.IsType<Outcome.Done>(await Send(message with { Message = new(Guid.CreateVersion7()) }));
    }

    [Fact]
    public async Task a_claim_whose_message_never_came_is_free_once_the_file_has_expired()
    {
        await chat.Get<IFileClaims>().Claim(FileClaim.Of(Message(photo)), Ct);
        await chat.Settled();
        time.Advance(Lifetime - TimeSpan.FromMinutes(1));
        Assert.Equal(0, await References.FreeAbandoned(Ct));
        Assert.False(await Claimable(photo));

        time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(1, await References.FreeAbandoned(Ct));
        Assert.True(await Claimable(photo));
    }

    [Fact]
    public async Task a_claim_that_may_be_on_its_way_is_left_alone()
    {
        time.Advance(Lifetime + TimeSpan.FromMinutes(1));
        await chat.Get<IFileClaims>().Claim(FileClaim.Of(Message(photo)), Ct);
        await chat.Settled();
        Assert.Equal(0, await References.FreeAbandoned(Ct));
        time.Advance(TimeSpan.FromHours(1) + TimeSpan.FromMinutes(1));
        Assert.Equal(1, await References.FreeAbandoned(Ct));
    }

    [Fact]
    public async Task what_a_message_refers_to_is_never_free()
    {
        Assert.IsType<Outcome.Done>(await Send(Message(photo)));
        await chat.Settled();
        for (var sweeps = 0; sweeps < 2; sweeps++)
        {
            time.Advance(Lifetime * 2);
            Assert.Equal(0, await References.FreeAbandoned(Ct));
        }
        Assert.False(await Claimable(photo));
        Assert.Empty(await References.OfDeletedMessages(10, Ct));
    }

    [Fact]
    public async Task nothing_is_freed_while_the_timeline_is_behind()
    {
        await chat.Settled();
        await chat.Get<Checkpoints>().Pause("timeline", true, Ct);
        Assert.IsType<Outcome.Done>(await Send(Message(photo)));
        time.Advance(Lifetime * 2);
        Assert.Equal(0, await References.FreeAbandoned(Ct));

        await chat.Get<Checkpoints>().Pause("timeline", false, Ct);
        await chat.Settled();
        Assert.Equal(0, await References.FreeAbandoned(Ct));
        Assert.False(await Claimable(photo));
    }

    [Fact]
    public async Task files_of_a_deleted_message_are_told_until_they_are_gone()
    {
        var sent = Assert.IsType<Outcome.Done>(await Send(Message(photo))).Receipt;
        Assert.IsType<Outcome.Done>(await Send(Message(await AFile())));
        await chat.Do(new DeleteMessage { Conversation = room, By = ann, Message = sent.Message!.Value });
        await chat.Settled();
        Assert.Equal([photo.File], await References.OfDeletedMessages(10, Ct));
        await chat.Database.Execute($"delete from chat.files where id = '{photo.File}'");
        Assert.Empty(await References.OfDeletedMessages(10, Ct));
        await chat.VerifyClean();
    }

    [Fact]
    public async Task the_sweep_leaves_what_messages_refer_to_and_nothing_else()
    {
        var (deleted, abandoned, unsent, kept) = (photo, await AFile(), await AFile(), await AFile());
        var sent = Assert.IsType<Outcome.Done>(await Send(Message(deleted))).Receipt;
        Assert.IsType<Outcome.Done>(await Send(Message(kept)));
        await chat.Get<IFileClaims>().Claim(FileClaim.Of(Message(abandoned)), Ct);
        await chat.Do(new DeleteMessage { Conversation = room, By = ann, Message = sent.Message!.Value });
        await chat.Settled();
        Assert.Equal(1, await chat.Get<FilesSweep>().Sweep(Ct));
        Assert.Equal(Keys(abandoned, unsent, kept), blobs.Keys.Order(Comparer<BlobKey>.Create(static (a, b) => a.Value.CompareTo(b.Value))));

        time.Advance(Lifetime * 2);
        Assert.Equal(2, await chat.Get<FilesSweep>().Sweep(Ct));
        Assert.Equal(0, await chat.Get<FilesSweep>().Sweep(Ct));
        Assert.Equal(Keys(kept), blobs.Keys);
    }

    [Fact]
    public async Task a_file_is_sent_or_collected_and_never_both()
    {
        time.Advance(Lifetime * 2); // all of them may go, until somebody sends them
        var files = new List<Attachment>();
        for (var i = 0; i < 30; i++) files.Add(await AFile());
        await chat.Database.Execute("update chat.files set expires_at = now()");

        var sending = files.Select(file => Task.Run(() => Send(Message(file)), Ct));
        var sweeping = Task.Run(() => chat.Get<FilesSweep>().Sweep(Ct), Ct);
        var sent = (await Task.WhenAll(sending)).Zip(files).Where(static pair => pair.First is Outcome.Done).Select(static pair => pair.Second).ToArray();
        await sweeping;
        await chat.Settled();
        await chat.Get<FilesSweep>().Sweep(Ct);
        Assert.Equal(Keys(sent), blobs.Keys.Order(Comparer<BlobKey>.Create(static (a, b) => a.Value.CompareTo(b.Value))));
    }

    static IEnumerable<BlobKey> Keys(params IEnumerable<Attachment> files) => files.Select(static file => file.File.Value).Order().Select(static id => new BlobKey(id));
}
