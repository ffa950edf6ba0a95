using System.Globalization;
using System.Net;

namespace Chat.Infrastructure.EventStoreDb;

public enum NodePreference
{
    Leader,
    Follower,
    ReadOnlyReplica,
    Random,
}

/// <summary>
/// Where the log is and how to talk to it, as the official clients write it:
/// <c>esdb[+discover]://[user:password@]host[:port][,host…][/][?option=value&amp;…]</c>. Times are in milliseconds, -1 is never.
/// </summary>
public sealed record ConnectionString
{
    const int DefaultPort = 2113;

    static readonly string[] Schemes = ["esdb", "kurrentdb", "kurrent", "kdb"];

    public required IReadOnlyList<DnsEndPoint> Hosts { get; init; }

    /// <summary>The nodes are asked where the others are; a single host without "+discover" is taken as it is.</summary>
    public bool Discover { get; init; }

    public string? User { get; init; }
    public string? Password { get; init; }
    public bool Tls { get; init; } = true;
    public bool TlsVerifyCert { get; init; } = true;

    /// <summary>PEM file of the authority that signed the servers' certificates; null for those this machine trusts.</summary>
    public string? TlsCaFile { get; init; }

    public string? UserCertFile { get; init; }
    public string? UserKeyFile { get; init; }

    public NodePreference NodePreference { get; init; }
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(10);
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(10);
    public int MaxDiscoverAttempts { get; init; } = 10;
    public TimeSpan DiscoveryInterval { get; init; } = TimeSpan.FromMilliseconds(100);
    public TimeSpan GossipTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a call may take, with all its repeats.</summary>
    public TimeSpan DefaultDeadline { get; init; } = TimeSpan.FromSeconds(10);

    public string ConnectionName { get; init; } = "chat";

    /// <exception cref="FormatException">Says what is wrong, without quoting the password.</exception>
    public static ConnectionString Parse(string text)
    {
        var (scheme, rest) = Cut(text, "://") ?? throw new FormatException("it begins with esdb:// or esdb+discover://.");
        var discover = scheme.EndsWith("+discover", StringComparison.OrdinalIgnoreCase);
        if (!Schemes.Contains(discover ? scheme[..^"+discover".Length] : scheme, StringComparer.OrdinalIgnoreCase))
        {
            throw new FormatException("it begins with esdb:// or esdb+discover://.");
        }
        var (address, options) = Cut(rest, "?") ?? (rest, "");
        var (credentials, hosts) = CutLast(address.TrimEnd('/'), "@") ?? ("", address.TrimEnd('/'));
        if (hosts.Contains('/', StringComparison.Ordinal)) throw new FormatException("it has a path; options begin with '?'.");

        var parsed = hosts.Split(',').Select(Host).ToList();
        var connection = new ConnectionString { Hosts = parsed, Discover = discover || parsed.Count > 1 }.WithCredentials(credentials);
        return options.Split('&', StringSplitOptions.RemoveEmptyEntries).Aggregate(connection, static (connection, option) =>
            Cut(option, "=") is var (name, value) ? connection.With(name, Uri.UnescapeDataString(value)) : throw new FormatException($"the option \"{option}\" has no value."))
            .Checked();
    }

    ConnectionString WithCredentials(string credentials)
    {
        if (credentials.Length == 0) return this;
        var (user, password) = Cut(credentials, ":") ?? throw new FormatException("there is a user without a password; write user:password@.");
        return user.Length == 0 ? throw new FormatException("there is a password without a user.")
            : this with { User = Uri.UnescapeDataString(user), Password = Uri.UnescapeDataString(password) };
    }

    ConnectionString With(string name, string value) => name.ToUpperInvariant() switch
    {
        "TLS" => this with { Tls = Bool(name, value) },
        "TLSVERIFYCERT" => this with { TlsVerifyCert = Bool(name, value) },
        "TLSCAFILE" => this with { TlsCaFile = value },
        "USERCERTFILE" => this with { UserCertFile = value },
        "USERKEYFILE" => this with { UserKeyFile = value },
        "NODEPREFERENCE" => this with { NodePreference = Preference(name, value) },
        "KEEPALIVEINTERVAL" => this with { KeepAliveInterval = Milliseconds(name, value) },
        "KEEPALIVETIMEOUT" => this with { KeepAliveTimeout = Milliseconds(name, value) },
        "MAXDISCOVERATTEMPTS" => this with { MaxDiscoverAttempts = Int(name, value, -1) is var n and not 0 ? n : throw Wrong(name, "a count, or -1 for no end") },
        "DISCOVERYINTERVAL" => this with { DiscoveryInterval = Milliseconds(name, value) },
        "GOSSIPTIMEOUT" => this with { GossipTimeout = Milliseconds(name, value) },
        "DEFAULTDEADLINE" => this with { DefaultDeadline = Milliseconds(name, value) },
        "CONNECTIONNAME" => this with { ConnectionName = value },
        // of the official clients: whether they throw. Here an append's answer says what became of it.
        "THROWONAPPENDFAILURE" => Bool(name, value) ? this : this,
        _ => throw new FormatException($"there is no option \"{name}\"."),
    };

    ConnectionString Checked() =>
        (UserCertFile is null) != (UserKeyFile is null) ? throw new FormatException("userCertFile and userKeyFile go together.")
        : !Tls && (TlsCaFile ?? UserCertFile) is not null ? throw new FormatException("a certificate is given, but tls is false.")
        : this;

    static DnsEndPoint Host(string text)
    {
        var colon = text.LastIndexOf(':');
        var (name, port) = colon > text.LastIndexOf(']') ? (text[..colon], text[(colon + 1)..]) : (text, null);
        var literal = name.StartsWith('[') && name.EndsWith(']');
        var host = literal ? name[1..^1] : name;
        if (Uri.CheckHostName(host) is UriHostNameType.Unknown or UriHostNameType.Basic || (host.Contains(':', StringComparison.Ordinal) && !literal))
        {
            throw new FormatException($"\"{text}\" is no host or host:port.");
        }
        if (port is null) return new(host, DefaultPort);
        return int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= IPEndPoint.MaxPort
            ? new(host, number)
            : throw new FormatException($"\"{port}\" is no port.");
    }

    static bool Bool(string name, string value) => bool.TryParse(value, out var parsed) ? parsed : throw Wrong(name, "true or false");

    static NodePreference Preference(string name, string value) =>
        !int.TryParse(value, CultureInfo.InvariantCulture, out _) && Enum.TryParse<NodePreference>(value, ignoreCase: true, out var parsed)
            ? parsed
            : throw Wrong(name, "leader, follower, readOnlyReplica or random");

    static TimeSpan Milliseconds(string name, string value) => Int(name, value, -1) switch
    {
        -1 => Timeout.InfiniteTimeSpan,
        0 => throw Wrong(name, "a time in milliseconds, or -1"),
        var ms => TimeSpan.FromMilliseconds(ms),
    };

    static int Int(string name, string value, int min) =>
        int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var parsed) && parsed >= min ? parsed : throw Wrong(name, "a whole number, or -1");

    static FormatException Wrong(string name, string what) => new($"{name} is {what}.");

    static (string Before, string After)? Cut(string text, string at) =>
        text.IndexOf(at, StringComparison.Ordinal) is var i and >= 0 ? (text[..i], text[(i + at.Length)..]) : null;

    static (string Before, string After)? CutLast(string text, string at) =>
        text.LastIndexOf(at, StringComparison.Ordinal) is var i and >= 0 ? (text[..i], text[(i + at.Length)..]) : null;

    /// <summary>The hosts only: this ends up in logs.</summary>
    public override string ToString() => string.Join(',', Hosts.Select(static host => $"{host.Host}:{host.Port}"));
}
