using System.ComponentModel.DataAnnotations;
using Chat.Application.Push;
using Chat.Infrastructure.Push;

namespace Chat.Tests.Unit.Push;

public sealed class PushSettingsTests
{
    const string Key = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw";

    public static TheoryData<IValidatableObject, string> Wrong => new()
    {
        { new WebPushOptions { PrivateKey = "short", Subject = "mailto:ops@chat.example" }, "Push:WebPush:PrivateKey" },
        { new WebPushOptions { PrivateKey = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", Subject = "mailto:ops@chat.example" }, "Push:WebPush:PrivateKey" },
        { new WebPushOptions { PrivateKey = Key }, "Push:WebPush:Subject" },
        { new WebPushOptions { Subject = "mailto:ops@chat.example" }, "Push:WebPush:PrivateKey" },
        { new ApnsOptions { KeyFile = "/nowhere.p8", KeyId = "ABC123DEFG", TeamId = "TEAM123456", Topic = "example.chat" }, "Push:Apns:KeyFile" },
        { new ApnsOptions { KeyId = "ABC123DEFG" }, "Push:Apns:KeyFile" },
        { new FcmOptions { ServiceAccountFile = "/nowhere.json" }, "Push:Fcm:ServiceAccountFile" },
        { new PushOptions { Delay = TimeSpan.FromHours(1) }, "Push:Delay" },
        { new PushOptions { Lifetime = TimeSpan.Zero }, "Push:Lifetime" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void what_is_wrong_is_named(IValidatableObject options, string key) =>
        Assert.Contains(options.Validate(new(options)), result => result.ErrorMessage!.StartsWith(key, StringComparison.Ordinal));

    [Fact]
    public void nothing_is_wrong_with_nothing() =>
        Assert.All<IValidatableObject>([new WebPushOptions(), new ApnsOptions(), new FcmOptions(), new PushOptions()], static options => Assert.Empty(options.Validate(new(options))));

    [Theory]
    [InlineData("https://fcm.googleapis.com/fcm/send/x", true)]
    [InlineData("https://updates.push.services.mozilla.com/wpush/v2/x", true)]
    [InlineData("https://wns2-par02p.notify.windows.com/w/?token=x", true)]
    [InlineData("https://web.push.apple.com/x", true)]
    [InlineData("http://fcm.googleapis.com/fcm/send/x", false)]
    [InlineData("https://fcm.googleapis.com.evil.example/x", false)]
    [InlineData("https://evilpush.apple.com.example/x", false)]
    [InlineData("https://127.0.0.1/x", false)]
    [InlineData("https://[::1]/x", false)]
    public void only_push_services_are_called(string endpoint, bool allowed) => Assert.Equal(allowed, new WebPushOptions().Allows(new(endpoint)));
}
