using System.Text.Json;
using Wolverine.Persistence.Durability;
using Wolverine.Persistence.Durability.DeadLetterManagement;

namespace Chat.Infrastructure.Push;

/// <summary>A push that is not tried any more.</summary>
/// <param name="Kind">PushToDevice, or NotifyMembers where it failed before the devices were known.</param>
/// <param name="Session">The session of the device.</param>
/// <param name="Why">What the provider, or the last fault, said.</param>
/// <param name="Retrying">Told to be tried again, and about to be.</param>
public sealed record DeadPush(Guid Id, string Kind, Guid Conversation, long Sequence, Guid? User, Guid? Session, string Why, DateTimeOffset At, bool Retrying);

/// <summary>Pushes laid aside after all tries.</summary>
public sealed class PushDeadLetters(IMessageStore messages)
{
    /// <summary>Makes the tables where no process has run pushes yet.</summary>
    public Task Prepare() => messages.Admin.MigrateAsync();

    public async Task<IReadOnlyList<DeadPush>> List(int limit, CancellationToken ct) =>
        [.. (await messages.DeadLetters.QueryAsync(new() { ReceivedAt = PushMessaging.Address, PageSize = limit }, ct)).Envelopes.Select(Read)];

    /// <summary>Has one, or all, tried again by whatever process runs pushes.</summary>
    public Task Retry(Guid? id, CancellationToken ct) => messages.DeadLetters.ReplayAsync(new() { ReceivedAt = PushMessaging.Address, MessageIds = id is { } one ? [one] : [] }, ct);

    static DeadPush Read(DeadLetterEnvelope letter)
    {
        var body = JsonSerializer.Deserialize<Body>(letter.Envelope.Data, JsonSerializerOptions.Web)!;
        return new(letter.Id, letter.MessageType[(letter.MessageType.LastIndexOf('.') + 1)..], body.News.Conversation.Value, body.News.Sequence, body.User?.Value, body.Session,
            letter.ExceptionMessage, letter.SentAt, letter.Replayable);
    }

    // either message
    sealed record Body(Chat.Application.Push.PushNews News, Chat.Domain.UserId? User = null, Guid? Session = null);
}
