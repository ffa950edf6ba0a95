using System.Buffers.Text;
using System.Security.Cryptography;
using Chat.Application.Push;
using Chat.Infrastructure.Push;
using Chat.Testing;
using Microsoft.Extensions.Options;

namespace Chat.Tests.Integration.Push;

public sealed class WebPushSenderTests : SenderTests
{
    readonly Browser browser = new();
    PushTarget.WebPush? subscription;

    protected override PushTarget Target => subscription ??= browser.Subscribe(Server.Address);

    protected override Task<ProviderServer> StartServer() => ProviderServer.Start();

    protected override IPushSender Create() => new WebPushSender(Options.Create(PushKeys.WebPush()), Options.Create(new PushOptions()), TimeProvider.System);

    [Fact]
    public async Task the_browser_reads_what_was_sent()
    {
        Assert.IsType<PushResult.Sent>(await Send(new(201)));
        var request = Assert.Single(Server.Requests);
        Assert.Equal("aes128gcm", request.Headers["Content-Encoding"]);
        var read = browser.Read(request.Body);
        Assert.Equal(Hello.Conversation, read.GetProperty("conversation").GetGuid());
        Assert.Equal(Hello.Sequence, read.GetProperty("sequence").GetInt64());
        Assert.Equal(Hello.Title, read.GetProperty("title").GetString());
        Assert.Equal(Hello.Text, read.GetProperty("text").GetString());
        Assert.Equal("image", read.GetProperty("type").GetString());
        Assert.Equal(Hello.Badge, read.GetProperty("badge").GetInt64());
    }

    [Fact]
    public async Task it_collapses_by_conversation_and_says_how_long_it_is_worth_keeping()
    {
        await Send(new(201));
        var headers = Assert.Single(Server.Requests).Headers;
        Assert.Equal(Hello.CollapseKey, headers["Topic"]);
        Assert.InRange(headers["Topic"].Length, 1, 32);
        Assert.Equal("86400", headers["TTL"]);
        Assert.Equal("high", headers["Urgency"]);
    }

    [Fact]
    public async Task it_names_itself_by_the_key_that_the_browser_subscribed_with()
    {
        await Send(new(201));
        var authorization = Assert.Single(Server.Requests).Headers["Authorization"];
        Assert.StartsWith("vapid t=", authorization, StringComparison.Ordinal);
        var (token, public_) = (authorization["vapid t=".Length..authorization.IndexOf(',', StringComparison.Ordinal)], authorization[(authorization.IndexOf("k=", StringComparison.Ordinal) + 2)..]);
        Assert.Equal(((WebPushSender)Sender).PublicKey, public_);

        var point = Base64Url.DecodeFromChars(public_);
        using var key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = { X = point[1..33], Y = point[33..] } });
        var signed = ProviderToken.By(key, token);
        Assert.Equal(Server.Address.GetLeftPart(UriPartial.Authority), signed.Claims.GetProperty("aud").GetString());
        Assert.Equal("mailto:ops@chat.example", signed.Claims.GetProperty("sub").GetString());
        Assert.InRange(signed.Time("exp"), DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddHours(24));
    }

    [Theory]
    [InlineData(404)]
    [InlineData(410)]
    public async Task a_subscription_that_ended_is_gone(int status) => Assert.IsType<PushResult.Gone>(await Send(new(status)));

    [Fact]
    public async Task nothing_is_sent_to_a_service_that_is_not_allowed()
    {
        var elsewhere = ((PushTarget.WebPush)Target) with { Endpoint = "https://169.254.169.254/latest/meta-data" };
        Assert.IsType<PushResult.Gone>(await Sender.Send(elsewhere, Hello, Ct));
    }

    public override ValueTask DisposeAsync()
    {
        browser.Dispose();
        return base.DisposeAsync();
    }
}
