using Chat.Domain;

namespace Chat.Application.Accounts;

/// <summary>Who may log in as a user. What others see of the user is in their stream.</summary>
public sealed record Account
{
    /// <summary>The user's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>Unique; see <see cref="Accounts.Username"/>.</summary>
    public required string Username { get; init; }

    /// <summary>Kept until the user's stream has it, so that an interrupted registration can be completed.</summary>
    public required string DisplayName { get; init; }

    /// <summary>A PHC string; null for one who logs in elsewhere.</summary>
    public string? PasswordHash { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public UserId User => new(Id);
}

/// <summary>One log-in of a user on a device, until it is revoked.</summary>
public sealed record Session
{
    public required Guid Id { get; init; }
    public required Guid UserId { get; init; }
    public required Guid DeviceId { get; init; }
    public required string DeviceName { get; init; }
    public required string Platform { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset LastSeenAt { get; init; }

    /// <summary>How often the refresh token was exchanged: only the token of this generation is good.</summary>
    public int Generation { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }
}
