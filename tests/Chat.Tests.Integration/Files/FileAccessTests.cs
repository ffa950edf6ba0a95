using Chat.Application.Files;
using Chat.Domain;
using Chat.Domain.Conversations;
using Chat.Tests.Integration.Projections;

namespace Chat.Tests.Integration.Files;

public sealed class FileAccessTests : ReadSideTest
{
    static Attachment AFile() => new(new(Guid.NewGuid()), "paper.pdf", "application/pdf", 2_000);

    async Task<bool> MaySee(UserId reader, Attachment file)
    {
        await chat.Settled();
        return await chat.Get<IFileAccess>().MaySee(reader, file.File, Ct);
    }

    [Fact]
    public async Task members_may_have_the_files_of_a_message_until_it_is_deleted_and_strangers_never()
    {
        var (room, file) = (await chat.Start(ann, members: [bob]), AFile());
        var sent = await chat.Send(room, ann, "", [file]);
        Assert.True(await MaySee(bob, file));
        Assert.False(await MaySee(cat, file));
        Assert.False(await MaySee(bob, AFile()));

        await chat.Do(new DeleteMessage { Conversation = room, By = ann, Message = sent.Message!.Value });
        Assert.False(await MaySee(bob, file));
    }

    [Fact]
    public async Task who_has_left_may_not_have_them_any_more()
    {
        var (room, file) = (await chat.Start(ann, members: [bob]), AFile());
        await chat.Send(room, ann, "", [file]);
        await chat.Do(new RemoveMember { Conversation = room, By = ann, Member = bob });
        Assert.False(await MaySee(bob, file));
    }

    [Theory]
    [InlineData(History.SinceJoined, false)]
    [InlineData(History.Shared, true)]
    public async Task what_was_there_before_one_joined_follows_the_history(History history, bool may)
    {
        var (room, before, after) = (await chat.Start(ann, history: history, members: [bob]), AFile(), AFile());
        await chat.Send(room, ann, "", [before]);
        await chat.Do(new AddMember { Conversation = room, By = ann, Member = cat });
        await chat.Send(room, ann, "", [after]);
        Assert.Equal(may, await MaySee(cat, before));
        Assert.True(await MaySee(cat, after));
    }

    [Fact]
    public async Task a_rebuild_knows_the_files_too()
    {
        var (room, kept, gone) = (await chat.Start(ann, members: [bob]), AFile(), AFile());
        await chat.Send(room, ann, "", [kept]);
        var sent = await chat.Send(room, ann, "", [gone]);
        await chat.Do(new DeleteMessage { Conversation = room, By = ann, Message = sent.Message!.Value });
        await chat.Settled();
        await chat.VerifyClean();
        await chat.Rebuild("timeline");
        Assert.True(await MaySee(bob, kept));
        Assert.False(await MaySee(bob, gone));
    }
}
