using Chat.Application.Files;
using Chat.Domain;
using Chat.Domain.Conversations;

namespace Chat.Tests.Contract.Files;

/// <summary>What every keeper of claims does. Each adapter inherits it in one line.</summary>
public abstract class FileClaimsContract : IAsyncLifetime
{
    static readonly ConversationId Room = new(Guid.NewGuid()), Hall = new(Guid.NewGuid());

    readonly UserId ann = new(Guid.NewGuid()), bob = new(Guid.NewGuid());
    readonly ClientMessageId hello = new(Guid.NewGuid()), other = new(Guid.NewGuid());

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    protected IFileClaims Claims { get; private set; } = null!;

    protected abstract Task<IFileClaims> Open();

    /// <summary>Makes a file known, unclaimed.</summary>
    protected abstract Task Add(UserId owner, Attachment file, FileState state);

    public async ValueTask InitializeAsync() => Claims = await Open();

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    async Task<Attachment> AFile(UserId? owner = null, FileState state = FileState.Ready, ImageShape? image = null)
    {
        var file = new Attachment(new(Guid.NewGuid()), "Grüße.png", "image/png", 1_234, image);
        await Add(owner ?? ann, file, state);
        return file;
    }

    FileClaim For(ClientMessageId message, params Attachment[] files) => new(ann, Room, message, [.. files.Select(static file => file.File)]);

    async Task Claimed(FileClaim claim) => Assert.Equal(claim.Files, Assert.IsType<ClaimResult.Claimed>(await Claims.Claim(claim, Ct)).Attachments.Select(static a => a.File));

    async Task Refused(Refusal why, FileClaim claim) => Assert.Equal(why, Assert.IsType<ClaimResult.Refused>(await Claims.Claim(claim, Ct)).Why);

    [Fact]
    public async Task a_claim_tells_what_the_files_are_in_the_order_asked_for()
    {
        Attachment[] files = [await AFile(), await AFile(image: new(640, 480, "#a0b1c2")), await AFile()];
        Assert.Equal(files, Assert.IsType<ClaimResult.Claimed>(await Claims.Claim(For(hello, files), Ct)).Attachments);
    }

    [Fact]
    public async Task what_is_claimed_is_there_for_the_same_message_again_and_for_no_other()
    {
        var file = await AFile();
        await Claimed(For(hello, file));
        await Claimed(For(hello, file));
        await Refused(FileRefusals.AlreadySent, For(other, file));
        await Refused(FileRefusals.AlreadySent, For(hello, file) with { Conversation = Hall });
    }

    [Fact]
    public async Task what_belongs_to_others_is_as_if_it_were_not_there()
    {
        await Refused(FileRefusals.NoSuchFile, For(hello, new Attachment(new(Guid.NewGuid()), "", "", 1)));
        await Refused(FileRefusals.NoSuchFile, For(hello, await AFile(bob)));
        await Refused(FileRefusals.NoSuchFile, For(hello, await AFile(bob, FileState.Rejected)));
    }

    [Theory]
    [InlineData(FileState.Uploading, "file_not_ready")]
    [InlineData(FileState.Checking, "file_not_ready")]
    [InlineData(FileState.Rejected, "file_rejected")]
    public async Task only_what_is_ready_is_claimed(FileState state, string code)
    {
        var claim = For(hello, await AFile(state: state));
        Assert.Equal(code, Assert.IsType<ClaimResult.Refused>(await Claims.Claim(claim, Ct)).Why.Code);
    }

    [Fact]
    public async Task all_of_the_files_are_claimed_or_none()
    {
        var (file, unready) = (await AFile(), await AFile(state: FileState.Checking));
        await Refused(FileRefusals.NotReady, For(hello, file, unready));
        await Claimed(For(other, file));
    }

    [Fact]
    public async Task what_is_released_is_free_again()
    {
        var file = await AFile();
        await Claimed(For(hello, file));
        await Claims.Release(For(hello, file), Ct);
        await Claimed(For(other, file));
    }

    [Fact]
    public async Task one_attempt_that_is_refused_does_not_free_what_another_one_has_sent()
    {
        var file = await AFile();
        await Claimed(For(hello, file));
        await Claimed(For(hello, file));
        await Claims.Release(For(hello, file), Ct);
        await Refused(FileRefusals.AlreadySent, For(other, file));
    }

    [Fact]
    public async Task nobody_releases_the_claim_of_another_message()
    {
        var file = await AFile();
        await Claimed(For(hello, file));
        await Claims.Release(For(other, file), Ct);
        await Claims.Release(For(hello, file) with { Owner = bob }, Ct);
        await Refused(FileRefusals.AlreadySent, For(other, file));
    }

    [Fact]
    public async Task of_many_messages_that_want_the_same_files_at_once_exactly_one_gets_them()
    {
        Attachment[] files = [await AFile(), await AFile(), await AFile()];
        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(i =>
            Task.Run(() => Claims.Claim(For(new(Guid.NewGuid()), i % 2 == 0 ? files : [.. files.Reverse()]), Ct))));
        Assert.Single(results.OfType<ClaimResult.Claimed>());
        Assert.All(results.OfType<ClaimResult.Refused>(), static refused => Assert.Equal(FileRefusals.AlreadySent, refused.Why));
    }
}
