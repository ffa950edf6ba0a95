using System.Text.Json;
using Chat.Application.Push;
using Chat.Infrastructure.Push;
using Chat.Testing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Chat.Tests.Integration.Push;

public sealed class ApnsSenderTests : SenderTests
{
    const string Token = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    readonly PushKeys keys = new();
    readonly FakeTimeProvider time = new(new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));

    protected override PushTarget Target { get; } = new PushTarget.Apns(Token);

    protected override Task<ProviderServer> StartServer() => ProviderServer.Start(HttpProtocols.Http2);

    protected override IPushSender Create() => new ApnsSender(Options.Create(keys.Apns(Server.Address)), Options.Create(new PushOptions()), time);

    [Fact]
    public async Task it_speaks_to_the_device_over_http2()
    {
        Assert.IsType<PushResult.Sent>(await Send());
        var request = Assert.Single(Server.Requests);
        Assert.Equal(("HTTP/2", $"/3/device/{Token}"), (request.Protocol, request.Path));
        Assert.Equal("example.chat", request.Headers["apns-topic"]);
        Assert.Equal("alert", request.Headers["apns-push-type"]);
        Assert.Equal("10", request.Headers["apns-priority"]);
        Assert.Equal($"{time.GetUtcNow().AddDays(1).ToUnixTimeSeconds()}", request.Headers["apns-expiration"]);
        Assert.Equal(Hello.CollapseKey, request.Headers["apns-collapse-id"]);
        Assert.InRange(request.Headers["apns-collapse-id"].Length, 1, 64);
    }

    [Fact]
    public async Task the_phone_shows_text_and_badge_and_finds_the_conversation()
    {
        await Send();
        var body = JsonDocument.Parse(Assert.Single(Server.Requests).Body).RootElement;
        var aps = body.GetProperty("aps");
        Assert.Equal(Hello.Title, aps.GetProperty("alert").GetProperty("title").GetString());
        Assert.Equal(Hello.Text, aps.GetProperty("alert").GetProperty("body").GetString());
        Assert.Equal(3, aps.GetProperty("badge").GetInt32());
        Assert.Equal(Hello.Conversation, body.GetProperty("conversationId").GetGuid());
        Assert.Equal(7, body.GetProperty("sequence").GetInt64());
        Assert.Equal("image", body.GetProperty("type").GetString());
    }

    [Fact]
    public async Task a_provider_token_is_used_for_most_of_an_hour()
    {
        var tokens = new List<string>();
        foreach (var minutes in new[] { 0, 49, 2 })
        {
            time.Advance(TimeSpan.FromMinutes(minutes));
            await Send();
            var authorization = Server.Requests.Last().Headers["Authorization"];
            Assert.StartsWith("bearer ", authorization, StringComparison.Ordinal);
            tokens.Add(authorization["bearer ".Length..]);
        }
        Assert.Equal(tokens[0], tokens[1]);
        Assert.NotEqual(tokens[1], tokens[2]);
        var signed = ProviderToken.By(keys.Apple, tokens[2]);
        Assert.Equal("ABC123DEFG", signed.Header.GetProperty("kid").GetString());
        Assert.Equal("TEAM123456", signed.Claims.GetProperty("iss").GetString());
        Assert.Equal(time.GetUtcNow(), signed.Time("iat"));
    }

    [Theory]
    [InlineData(410, "Unregistered")]
    [InlineData(400, "BadDeviceToken")]
    [InlineData(400, "DeviceTokenNotForTopic")]
    public async Task a_token_that_apple_rejects_is_gone(int status, string reason) =>
        Assert.IsType<PushResult.Gone>(await Send(new(status, $$"""{"reason":"{{reason}}"}""")));

    [Fact]
    public async Task an_expired_provider_token_is_no_fault_of_the_device() =>
        Assert.IsType<PushResult.Later>(await Send(new(403, """{"reason":"ExpiredProviderToken"}""")));

    [Fact]
    public async Task a_wrong_key_is_told_and_not_tried_again() =>
        Assert.Equal("403 InvalidProviderToken", Assert.IsType<PushResult.Refused>(await Send(new(403, """{"reason":"InvalidProviderToken"}"""))).Why);

    public override ValueTask DisposeAsync()
    {
        keys.Dispose();
        return base.DisposeAsync();
    }
}
