using System.ComponentModel.DataAnnotations;

namespace Chat.Application.Presence;

/// <summary>Section "Presence".</summary>
public sealed class PresenceOptions
{
    public const string Section = "Presence";

    /// <summary>How long a device is taken to be connected after its node last said so.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan Ttl { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How often a node says so.</summary>
    [Range(typeof(TimeSpan), "00:00:00.05", "00:30:00")]
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often those who watch are told what has changed.</summary>
    [Range(typeof(TimeSpan), "00:00:00.05", "00:10:00")]
    public TimeSpan Changes { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Users that one connection may watch.</summary>
    [Range(1, 1_000)]
    public int MaxWatched { get; set; } = 100;

    /// <summary>A user's typing in a conversation is told once in this time.</summary>
    [Range(typeof(TimeSpan), "00:00:00.05", "00:01:00")]
    public TimeSpan TypingPause { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How long after the last signal a user is still shown as typing.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan TypingEnds { get; set; } = TimeSpan.FromSeconds(5);
}
