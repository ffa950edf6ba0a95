using System.ComponentModel.DataAnnotations;

namespace Chat.Api.Live;

/// <summary>Section "Live": what the hub of one node takes on.</summary>
public sealed class LiveOptions
{
    public const string Section = "Live";

    /// <summary>Sockets of this node; beyond it a new one gets 503.</summary>
    [Range(1, 1_000_000)]
    public int MaxConnections { get; set; } = 50_000;

    /// <summary>Sockets of one user on this node; beyond it a new one gets 429.</summary>
    [Range(1, 10_000)]
    public int MaxConnectionsPerUser { get; set; } = 20;

    /// <summary>New sockets a second, so that thousands who come back at once do not take the node down; the others are told to wait.</summary>
    [Range(1, 1_000_000)]
    public int HandshakesPerSecond { get; set; } = 500;

    /// <summary>How often devices are told the heads of their conversations.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Over how long the devices are sent away when the node is told to stop.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan DrainSpread { get; set; } = TimeSpan.FromSeconds(20);
}
