using Chat.Application.Push;

namespace Chat.Tests.Unit.Push;

public sealed class PushTargetTests
{
    const string Endpoint = "https://updates.push.services.mozilla.com/wpush/v2/secret";
    const string Point = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    const string Auth = "BTBZMqHH6r4Tts7J_aSIgg";

    [Theory]
    [InlineData("dQw4w9:APA91b-_x", true)]
    [InlineData("", false)]
    [InlineData("two words", false)]
    [InlineData("../../v1", false)]
    public void a_token_of_fcm_is_letters_digits_and_a_few_signs(string token, bool good) => Assert.Equal(good, new PushTarget.Fcm(token).Check() is null);

    [Theory]
    [InlineData("00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff", true)]
    [InlineData("00112233445566778899aabbccddeeff", false)]
    [InlineData("zz112233445566778899aabbccddeeff00112233445566778899aabbccddeeff", false)]
    public void a_token_of_apns_is_hexadecimal(string token, bool good) => Assert.Equal(good, new PushTarget.Apns(token).Check() is null);

    [Theory]
    [InlineData(Endpoint, Point, Auth, null)]
    [InlineData("not an address", Point, Auth, "push_endpoint_invalid")]
    [InlineData("file:///etc/passwd", Point, Auth, "push_endpoint_invalid")]
    [InlineData("https://ann:secret@updates.push.services.mozilla.com/", Point, Auth, "push_endpoint_invalid")]
    [InlineData(Endpoint, Auth, Auth, "push_keys_invalid")]
    [InlineData(Endpoint, "BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", Auth, "push_keys_invalid")]
    [InlineData(Endpoint, Point, "AAAA", "push_keys_invalid")]
    public void a_subscription_has_an_address_and_keys(string endpoint, string p256dh, string auth, string? code) =>
        Assert.Equal(code, new PushTarget.WebPush(endpoint, p256dh, auth).Check()?.Code);

    [Fact]
    public void a_target_that_is_logged_tells_nothing() => Assert.DoesNotContain("secret", $"{new PushDevice(default, default, default, new PushTarget.WebPush(Endpoint, Point, Auth))}", StringComparison.Ordinal);
}
