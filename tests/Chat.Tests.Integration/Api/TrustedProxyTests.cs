namespace Chat.Tests.Integration.Api;

/// <summary>Behind a proxy on this machine, with room for two calls of one address.</summary>
public sealed class ProxiedServer : ChatServer
{
    protected override IEnumerable<(string Name, string Value)> More =>
        [("Server:TrustedProxies:0", "127.0.0.1"), ("RateLimits:FailedLoginsOfAddress", "2"), ("RateLimits:FailedLogins", "3"), ("RateLimits:FailedLoginForgiven", "01:00:00")];
}

/// <summary>The same, but nobody said that it is a proxy.</summary>
public sealed class UnproxiedServer : ChatServer
{
    protected override IEnumerable<(string Name, string Value)> More => [("RateLimits:FailedLoginsOfAddress", "2"), ("RateLimits:FailedLogins", "3"), ("RateLimits:FailedLoginForgiven", "01:00:00")];
}

public sealed class TrustedProxyTests(ProxiedServer proxied, UnproxiedServer direct) : IClassFixture<ProxiedServer>, IClassFixture<UnproxiedServer>
{
    [Fact]
    public async Task a_trusted_proxy_says_who_called()
    {
        for (var i = 0; i < 2; i++) Assert.Equal(401, await LogIn(proxied, "203.0.113.1"));
        Assert.Equal(429, await LogIn(proxied, "203.0.113.1"));
        Assert.Equal(401, await LogIn(proxied, "203.0.113.2"));
        // what the caller wrote before the proxy added its line counts for nothing
        Assert.Equal(429, await LogIn(proxied, "198.51.100.7, 203.0.113.1"));
    }

    [Fact]
    public async Task anybody_else_cannot_speak_for_another_address()
    {
        for (var i = 0; i < 2; i++) Assert.Equal(401, await LogIn(direct, $"203.0.113.{i}"));
        Assert.Equal(429, await LogIn(direct, "203.0.113.9"));
    }

    static async Task<int> LogIn(ChatServer server, string forwardedFor)
    {
        using var http = server.Anybody();
        http.DefaultRequestHeaders.Add("X-Forwarded-For", forwardedFor);
        return (int)(await http.Send(HttpMethod.Post, "/v1/sessions", new { username = $"u{Guid.NewGuid():N}"[..20], password = "not the password at all" })).Status;
    }
}
