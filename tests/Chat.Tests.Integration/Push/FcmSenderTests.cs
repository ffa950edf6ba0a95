using System.Text;
using System.Text.Json;
using Chat.Application.Push;
using Chat.Infrastructure.Push;
using Chat.Testing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Chat.Tests.Integration.Push;

public sealed class FcmSenderTests : SenderTests
{
    readonly PushKeys keys = new();
    readonly FakeTimeProvider time = new(new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));
    ProviderServer google = null!;

    protected override PushTarget Target { get; } = new PushTarget.Fcm("registration:token");

    protected override Task<ProviderServer> StartServer() => ProviderServer.Start();

    protected override IPushSender Create() => new FcmSender(Options.Create(keys.Fcm(Server.Address, google.Address)), Options.Create(new PushOptions()), time);

    public override async ValueTask InitializeAsync()
    {
        google = await ProviderServer.Start();
        google.Usual = new(200, """{"access_token":"granted","expires_in":3600,"token_type":"Bearer"}""");
        await base.InitializeAsync();
    }

    [Fact]
    public async Task it_asks_google_for_an_access_token_with_a_signed_assertion()
    {
        await Send();
        var asked = QueryHelpers.ParseQuery(Encoding.UTF8.GetString(Assert.Single(google.Requests).Body));
        Assert.Equal("urn:ietf:params:oauth:grant-type:jwt-bearer", asked["grant_type"]);
        var signed = ProviderToken.By(keys.Google, asked["assertion"]!);
        Assert.Equal("key-1", signed.Header.GetProperty("kid").GetString());
        Assert.Equal("push@chat-test.iam.gserviceaccount.com", signed.Claims.GetProperty("iss").GetString());
        Assert.Equal("https://www.googleapis.com/auth/firebase.messaging", signed.Claims.GetProperty("scope").GetString());
        Assert.Equal(new Uri(google.Address, "token").ToString(), signed.Claims.GetProperty("aud").GetString());
        Assert.Equal(TimeSpan.FromHours(1), signed.Time("exp") - signed.Time("iat"));
        Assert.Equal("Bearer granted", Assert.Single(Server.Requests).Headers["Authorization"]);
    }

    [Fact]
    public async Task an_access_token_is_used_until_shortly_before_it_ends()
    {
        await Send();
        time.Advance(TimeSpan.FromMinutes(58));
        await Send();
        Assert.Single(google.Requests);
        time.Advance(TimeSpan.FromMinutes(2));
        await Send();
        Assert.Equal(2, google.Requests.Count);
    }

    [Fact]
    public async Task a_refused_access_token_is_asked_for_anew()
    {
        Server.Then(new ProviderAnswer(401));
        Assert.IsType<PushResult.Later>(await Send());
        Assert.IsType<PushResult.Sent>(await Send());
        Assert.Equal(2, google.Requests.Count);
    }

    [Fact]
    public async Task the_phone_shows_text_and_badge_and_finds_the_conversation()
    {
        Assert.IsType<PushResult.Sent>(await Send());
        var request = Assert.Single(Server.Requests);
        Assert.Equal("/v1/projects/chat-test/messages:send", request.Path);
        var message = JsonDocument.Parse(request.Body).RootElement.GetProperty("message");
        Assert.Equal("registration:token", message.GetProperty("token").GetString());
        Assert.Equal(Hello.Title, message.GetProperty("notification").GetProperty("title").GetString());
        Assert.Equal(Hello.Text, message.GetProperty("notification").GetProperty("body").GetString());
        Assert.Equal($"{Hello.Conversation}", message.GetProperty("data").GetProperty("conversationId").GetString());
        Assert.Equal("7", message.GetProperty("data").GetProperty("sequence").GetString()); // FCM takes strings only
        Assert.Equal("image", message.GetProperty("data").GetProperty("type").GetString());
        var android = message.GetProperty("android");
        Assert.Equal(Hello.CollapseKey, android.GetProperty("collapse_key").GetString());
        Assert.Equal("86400s", android.GetProperty("ttl").GetString());
        Assert.Equal(Hello.CollapseKey, android.GetProperty("notification").GetProperty("tag").GetString());
        Assert.Equal(3, android.GetProperty("notification").GetProperty("notification_count").GetInt32());
    }

    [Theory]
    [InlineData(404, """{"error":{"code":404,"status":"NOT_FOUND","details":[{"@type":"type.googleapis.com/google.firebase.fcm.v1.FcmError","errorCode":"UNREGISTERED"}]}}""")]
    [InlineData(403, """{"error":{"code":403,"status":"PERMISSION_DENIED","details":[{"@type":"type.googleapis.com/google.firebase.fcm.v1.FcmError","errorCode":"SENDER_ID_MISMATCH"}]}}""")]
    [InlineData(400, """{"error":{"code":400,"status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.firebase.fcm.v1.FcmError","errorCode":"INVALID_ARGUMENT"},{"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"field":"message.token","description":"Invalid registration token"}]}]}}""")]
    public async Task a_token_that_google_rejects_is_gone(int status, string body) => Assert.IsType<PushResult.Gone>(await Send(new(status, body)));

    [Fact]
    public async Task an_invalid_message_is_no_fault_of_the_device() => Assert.Equal(
        "400 INVALID_ARGUMENT", Assert.IsType<PushResult.Refused>(await Send(new(400, """{"error":{"code":400,"status":"INVALID_ARGUMENT","details":[]}}"""))).Why);

    [Fact]
    public async Task without_an_access_token_it_is_tried_again()
    {
        google.Usual = new(503);
        await Assert.ThrowsAsync<HttpRequestException>(() => Send());
        Assert.Empty(Server.Requests);
    }

    public override async ValueTask DisposeAsync()
    {
        keys.Dispose();
        await google.DisposeAsync();
        await base.DisposeAsync();
    }
}
