using Chat.Api.Sync;
using Chat.Application.Inbox;
using Chat.Application.Log;
using Chat.Domain;

namespace Chat.Tests.Integration.Api;

/// <summary>The seam between reading and waiting, at the worst moment.</summary>
public sealed class InboxFollowTests
{
    static readonly UserId Ann = new(Guid.NewGuid());

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task a_change_right_after_the_reading_is_told_at_once()
    {
        var signals = new InboxSignals();
        var inbox = new ChangingInbox(afterReading: () => signals.Wake(Ann));
        var changes = await new InboxFollow(inbox, signals).After(Ann, LogPosition.Start, 10, CancellationToken.None, Ct).WaitAsync(TimeSpan.FromSeconds(10), Ct);
        Assert.Equal((1, 2), (changes.Items.Count, inbox.Reads));
    }

    [Fact]
    public async Task who_does_not_want_to_wait_gets_nothing_when_there_is_nothing()
    {
        var inbox = new ChangingInbox(afterReading: static () => { });
        Assert.Empty((await new InboxFollow(inbox, new()).After(Ann, LogPosition.Start, 10, new CancellationToken(canceled: true), Ct)).Items);
        Assert.Equal(1, inbox.Reads);
    }

    /// <summary>Empty at the first reading; the change comes when that has just been done.</summary>
    sealed class ChangingInbox(Action afterReading) : IInboxReader
    {
        static readonly InboxItem Changed = new(
            new(Guid.NewGuid()), default, null, null, null, 1, 0, -1, false, false, false, 1, new(1), false, false);

        public int Reads { get; private set; }

        public Task<InboxChanges> Changes(UserId user, LogPosition after, int limit, CancellationToken ct)
        {
            var changes = new InboxChanges(Reads++ == 0 ? [] : [Changed], new(1), false);
            afterReading();
            return Task.FromResult(changes);
        }

        public Task<InboxPage> Page(UserId user, InboxCursor? before, int limit, CancellationToken ct) => throw new NotSupportedException();

        public Task<InboxItem?> Item(UserId user, ConversationId conversation, CancellationToken ct) => throw new NotSupportedException();

        public Task<long> ClockOf(UserId user, CancellationToken ct) => throw new NotSupportedException();
    }
}
