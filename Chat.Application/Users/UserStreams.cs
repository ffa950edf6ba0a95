using Chat.Application.Conversations;
using Chat.Application.Log;
using Chat.Application.Streams;
using Chat.Domain;
using Chat.Domain.Users;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Decision = Chat.Domain.Decision<Chat.Domain.Users.UserEvent>;

namespace Chat.Application.Users;

/// <summary>Where commands of users about themselves meet the log; see <see cref="ConversationStreams"/>.</summary>
public sealed class UserStreams(
    IEventLog log, EventCodec codec, ISnapshots snapshots, TimeProvider time, IOptions<StreamOptions> options, ILogger<UserStreams> logger)
{
    static readonly StreamCategory<User, UserEvent> Category = new("user", User.Initial, User.Evolve, static e => e.At);

    readonly Gates<User, UserEvent> gates = new(Category, options.Value.CachedUsers, log, codec, snapshots, time, logger);

    public async Task<Outcome> Transact(UserCommand command, CancellationToken ct)
    {
        var wish = new Wish<User, UserEvent>(
            command.Key ?? Guid.CreateVersion7(), command.By, command.Device, 0,
            command.Decide,
            static (state, _, _) => Task.FromResult(state),
            static first => new Decision.Repeated(null, first.Sequence, first.Event.At));
        var settled = await gates.Of(StreamNames.Of(command.By)).Submit(wish, ct);
        return settled.Decision switch
        {
            Decision.Accepted accepted => new Outcome.Done(new(settled.Sequence, settled.After.Position, settled.At, null, accepted.Events.Count == 0)),
            Decision.Repeated repeated => new Outcome.Done(new(repeated.Sequence, settled.After.Position, repeated.At, null, true)),
            Decision.Rejected rejected => new Outcome.Refused(rejected.Why),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <summary>The user as the log has them, checked no longer than <paramref name="maxAge"/> ago; not registered when there is none.</summary>
    public async ValueTask<User> Read(UserId user, TimeSpan maxAge, CancellationToken ct) =>
        (await gates.Of(StreamNames.Of(user)).Read(maxAge, ct)).State;

    /// <summary>Whether either of the two has blocked the other; a block made on another node counts after two seconds.</summary>
    public async ValueTask<bool> Blocked(UserId one, UserId other, CancellationToken ct) =>
        (await Read(one, FreshEnough, ct)).Blocked.Contains(other) || (await Read(other, FreshEnough, ct)).Blocked.Contains(one);

    /// <summary>Why the two cannot talk alone with each other, or null.</summary>
    public async ValueTask<Refusal?> Between(UserId one, UserId other, CancellationToken ct) =>
        (await Read(other, FreshEnough, ct)).Erased ? Refusal.UserErased : await Blocked(one, other, ct) ? Refusal.Blocked : null;

    /// <summary>Registered, and not erased; an erasure on another node counts after two seconds.</summary>
    public async ValueTask<bool> Exists(UserId user, CancellationToken ct) =>
        (await Read(user, FreshEnough, ct)).Registered || (await Read(user, TimeSpan.Zero, ct)).Registered;

    /// <inheritdoc cref="Exists"/>
    public async ValueTask<bool> Erased(UserId user, CancellationToken ct) => (await Read(user, FreshEnough, ct)).Erased;

    static readonly TimeSpan FreshEnough = TimeSpan.FromSeconds(2);
}
