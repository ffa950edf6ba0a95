using Chat.Application.Inbox;
using Chat.Application.Log;
using Chat.Domain;

namespace Chat.Api.Sync;

/// <summary>Changes of an inbox after a position: those that are there, or else the next one.</summary>
public sealed class InboxFollow(IInboxReader inbox, InboxSignals signals)
{
    /// <param name="patience">Cancelled when nobody wants to wait any longer; then nothing is the answer.</param>
    public async Task<InboxChanges> After(UserId user, LogPosition position, int limit, CancellationToken patience, CancellationToken ct)
    {
        while (true)
        {
            var next = signals.Next(user); // joined first, read second: what comes after the reading wakes
            var changes = await inbox.Changes(user, position, limit, ct);
            if (changes.Items.Count > 0 || patience.IsCancellationRequested) return changes;
            await next.WaitAsync(patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
