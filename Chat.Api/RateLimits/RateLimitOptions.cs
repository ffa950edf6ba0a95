using System.ComponentModel.DataAnnotations;

namespace Chat.Api.RateLimits;

/// <summary>Section "RateLimits": rates are per second, bursts are what may come at once.</summary>
public sealed class RateLimitOptions
{
    public const string Section = "RateLimits";

    /// <summary>Calls of one user, over REST and the hub together.</summary>
    [Range(0.01, 1_000_000)]
    public double UserRate { get; set; } = 25;

    [Range(1, 10_000_000)]
    public int UserBurst { get; set; } = 100;

    /// <summary>Calls of everybody that a node works on at once, over REST and the hub together; uploads and downloads have limits of their own.</summary>
    [Range(1, 1_000_000)]
    public int MaxConcurrent { get; set; } = 500;

    /// <summary>Calls without a token (register, log in, refresh) from one address.</summary>
    [Range(0.01, 1_000_000)]
    public double AnonymousRate { get; set; } = 5;

    [Range(1, 10_000_000)]
    public int AnonymousBurst { get; set; } = 50;

    /// <summary>Wrong passwords for one account from one address before it has to wait.</summary>
    [Range(1, 10_000)]
    public int FailedLogins { get; set; } = 5;

    /// <summary>Wrong passwords for any accounts from one address before it has to wait.</summary>
    [Range(1, 100_000)]
    public int FailedLoginsOfAddress { get; set; } = 30;

    /// <summary>How long until one more wrong password is forgiven.</summary>
    public TimeSpan FailedLoginForgiven { get; set; } = TimeSpan.FromMinutes(1);
}
