using Chat.Domain;

namespace Chat.Application.Push;

/// <summary>Kept with the checkpoint that passed the message: tell these members, a few seconds later, of what they have not seen by then.</summary>
public sealed record NotifyMembers(PushNews News, IReadOnlyList<UserId> Members);

/// <summary>Tell one device.</summary>
public sealed record PushToDevice(PushNews News, UserId User, Guid Session);

/// <summary>The provider does not take it now.</summary>
/// <param name="after">When to try again, where the provider says so.</param>
public sealed class PushDelayedException(TimeSpan? after, string why) : Exception(why)
{
    public TimeSpan? After { get; } = after;
}

/// <summary>The provider will never take it.</summary>
public sealed class PushRefusedException(string why) : Exception(why);
