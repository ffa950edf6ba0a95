using Chat.Application.Log;
using Chat.Application.Timeline;
using Chat.Domain;
using Chat.Infrastructure.ReadModels;

namespace Chat.Projections.Timeline;

/// <summary>Takes the words of an erased user out of what stands in the tables, conversation by conversation, a page a transaction; and gives up their files.</summary>
static class TimelineErasure
{
    const int AtOnce = 500;

    public static async Task Run(ReadBatch batch, UserId user, CancellationToken ct)
    {
        var conversations = (await TimelineTable.ConversationsOf(batch, user, ct)).FindAll(conversation => batch.Holds(StreamNames.Of(conversation)));
        var files = batch.Step();
        AttachmentRows.Erase(files, user, conversations);
        await files.Commit(batch.Start.Position, ct);
        foreach (var conversation in conversations) await Run(batch, conversation, user, ct);
    }

    static async Task Run(ReadBatch batch, ConversationId conversation, UserId user, CancellationToken ct)
    {
        for (var after = -1L; await TimelineTable.EntriesOf(batch, conversation, user, after, AtOnce, ct) is [.., var last] page; after = last.Sequence)
        {
            var step = batch.Step();
            TimelineTable.Save(step, [], [.. page.Select(static entry => entry.Erased())], [], []);
            await step.Commit(batch.Start.Position, ct);
        }
    }
}
