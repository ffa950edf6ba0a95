using Chat.Domain;
using Chat.Domain.Conversations;

namespace Chat.Application.Directory;

public interface IDirectoryReader
{
    /// <summary>Users whose username or display name begins with the text (case and accents aside), by username after <paramref name="after"/>.</summary>
    Task<IReadOnlyList<UserProfile>> FindUsers(string text, string? after, int limit, CancellationToken ct);

    Task<UserProfile?> User(UserId user, CancellationToken ct);

    Task<IReadOnlyList<UserId>> BlockedBy(UserId user, CancellationToken ct);

    /// <summary>The conversation, or null when the reader is no member.</summary>
    Task<ConversationProfile?> Conversation(UserId reader, ConversationId conversation, CancellationToken ct);

    /// <summary>Members by user id after <paramref name="after"/>, or null when the reader is no member.</summary>
    Task<IReadOnlyList<MemberProfile>?> Members(UserId reader, ConversationId conversation, UserId? after, int limit, CancellationToken ct);
}

public sealed record UserProfile(UserId Id, string Username, string DisplayName, DateTimeOffset RegisteredAt);

public sealed record ConversationProfile(
    ConversationId Id, ConversationKind Kind, History History, string? Name, int Members, Role MyRole, bool CanPost, DateTimeOffset StartedAt, UserId StartedBy);

public sealed record MemberProfile(UserId User, string Username, string DisplayName, Role Role, bool CanPost, DateTimeOffset? MutedUntil, DateTimeOffset JoinedAt);
