using System.Net;
using Chat.Infrastructure.EventStoreDb;

namespace Chat.Tests.Unit.Log;

public sealed class ConnectionStringTests
{
    [Fact]
    public void a_host_alone_has_the_usual_port_and_TLS()
    {
        var parsed = ConnectionString.Parse("esdb://events.example.com");
        Assert.Equal([new DnsEndPoint("events.example.com", 2113)], parsed.Hosts);
        Assert.True(parsed is { Tls: true, TlsVerifyCert: true, Discover: false, User: null, NodePreference: NodePreference.Leader });
    }

    [Fact]
    public void every_option_is_read()
    {
        var parsed = ConnectionString.Parse(
            "kurrentdb+discover://ann:p%40ss:word@one:2114,[::1]:2115,two/?tls=true&tlsVerifyCert=false&tlsCAFile=%2Fca.pem&userCertFile=c.pem&userKeyFile=k.pem"
            + "&nodePreference=readOnlyReplica&keepAliveInterval=-1&keepAliveTimeout=2000&maxDiscoverAttempts=3&discoveryInterval=50&gossipTimeout=700"
            + "&defaultDeadline=1500&connectionName=chat%20one&throwOnAppendFailure=false");

        Assert.Equal([new("one", 2114), new("::1", 2115), new DnsEndPoint("two", 2113)], parsed.Hosts);
        Assert.Equal((true, "ann", "p@ss:word"), (parsed.Discover, parsed.User, parsed.Password));
        Assert.Equal((true, false, "/ca.pem", "c.pem", "k.pem"), (parsed.Tls, parsed.TlsVerifyCert, parsed.TlsCaFile, parsed.UserCertFile, parsed.UserKeyFile));
        Assert.Equal((NodePreference.ReadOnlyReplica, 3, "chat one"), (parsed.NodePreference, parsed.MaxDiscoverAttempts, parsed.ConnectionName));
        Assert.Equal([-1, 2000, 50, 700, 1500], new[]
        {
            parsed.KeepAliveInterval, parsed.KeepAliveTimeout, parsed.DiscoveryInterval, parsed.GossipTimeout, parsed.DefaultDeadline,
        }.Select(static time => (int)time.TotalMilliseconds));
    }

    [Theory]
    [InlineData("esdb://a,b", true)]
    [InlineData("esdb+discover://a", true)]
    [InlineData("ESDB://a/", false)]
    public void several_hosts_are_a_cluster_to_be_asked(string text, bool discovers) => Assert.Equal(discovers, ConnectionString.Parse(text).Discover);

    [Theory]
    [InlineData("", "esdb://")]
    [InlineData("localhost:2113", "esdb://")]
    [InlineData("http://localhost", "esdb://")]
    [InlineData("esdb://", "host")]
    [InlineData("esdb://a,,b", "host")]
    [InlineData("esdb://a:70000", "port")]
    [InlineData("esdb://a:x", "port")]
    [InlineData("esdb://::1", "host")]
    [InlineData("esdb://a/b", "path")]
    [InlineData("esdb://ann@a", "password")]
    [InlineData("esdb://:secret@a", "user")]
    [InlineData("esdb://a?tls", "tls")]
    [InlineData("esdb://a?tls=yes", "tls")]
    [InlineData("esdb://a?nodePreference=0", "nodePreference")]
    [InlineData("esdb://a?gossipTimeout=-2", "gossipTimeout")]
    [InlineData("esdb://a?defaultDeadline=0", "defaultDeadline")]
    [InlineData("esdb://a?maxDiscoverAttempts=0", "maxDiscoverAttempts")]
    [InlineData("esdb://a?timeout=5", "timeout")]
    [InlineData("esdb://a?tls=false&tlsCAFile=x", "tls")]
    [InlineData("esdb://a?userCertFile=x", "userKeyFile")]
    public void what_is_wrong_is_named(string text, string named)
    {
        var wrong = Assert.Throws<FormatException>(() => ConnectionString.Parse(text));
        Assert.Contains(named, wrong.Message, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("secret", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void it_is_shown_without_its_secrets() => Assert.Equal("a:2113,b:1", ConnectionString.Parse("esdb://ann:secret@a,b:1").ToString());
}
