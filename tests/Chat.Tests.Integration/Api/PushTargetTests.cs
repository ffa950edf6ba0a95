using System.Text;

namespace Chat.Tests.Integration.Api;

public sealed class PushTargetTests(ChatServer server) : IClassFixture<ChatServer>
{
    const string Keys = "\"keys\":{\"p256dh\":\"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4\",\"auth\":\"BTBZMqHH6r4Tts7J_aSIgg\"}";

    readonly Person ada = server.Ada;

    [Theory]
    [InlineData("""{"fcm":{"token":"abc:def"}}""")]
    [InlineData("""{"apns":{"token":"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"}}""")]
    [InlineData($$$"""{"webPush":{"endpoint":"https://updates.push.services.mozilla.com/wpush/v2/x","expirationTime":null,{{{Keys}}}}}""")]
    public async Task a_device_says_where_it_is_pushed_to_and_takes_it_back(string target)
    {
        (await Put(ada, Device(ada), target)).Is(204);
        (await Put(ada, Device(ada), target)).Is(204);
        (await ada.Delete($"/v1/devices/{Device(ada)}/push")).Is(204);
        (await ada.Delete($"/v1/devices/{Device(ada)}/push")).Is(204);
    }

    [Theory]
    [InlineData("{}", 422, "push_target_invalid")]
    [InlineData("""{"fcm":{"token":"a"},"apns":{"token":"b"}}""", 422, "push_target_invalid")]
    [InlineData("""{"fcm":{"token":"two words"}}""", 422, "push_token_invalid")]
    [InlineData("""{"fcm":{"token":null}}""", 400, "invalid_json")]
    [InlineData("""{"fcm":{}}""", 400, "missing_field")]
    [InlineData("""{"apns":{"token":"not hexadecimal"}}""", 422, "push_token_invalid")]
    [InlineData("""{"gcm":{"token":"a"}}""", 400, "unknown_field")]
    [InlineData($$$"""{"webPush":{"endpoint":"https://169.254.169.254/latest",{{{Keys}}}}}""", 422, "push_endpoint_not_allowed")]
    [InlineData($$$"""{"webPush":{"endpoint":"http://updates.push.services.mozilla.com/x",{{{Keys}}}}}""", 422, "push_endpoint_not_allowed")]
    [InlineData($$$"""{"webPush":{"endpoint":"/relative",{{{Keys}}}}}""", 422, "push_endpoint_invalid")]
    [InlineData("""{"webPush":{"endpoint":"https://fcm.googleapis.com/x","keys":{"p256dh":"AAAA","auth":"AAAA"}}}""", 422, "push_keys_invalid")]
    public async Task what_no_provider_gives_out_is_refused(string target, int status, string code) => (await Put(ada, Device(ada), target)).IsProblem(status, code);

    [Fact]
    public async Task nobody_sets_the_target_of_somebody_elses_device()
    {
        var eve = await server.Person();
        (await Put(eve, Device(ada), """{"fcm":{"token":"abc"}}""")).IsProblem(404, "device_not_found");
        (await eve.Delete($"/v1/devices/{Device(ada)}/push")).IsProblem(404, "device_not_found");
    }

    [Fact]
    public async Task without_a_provider_none_is_offered()
    {
        var offered = (await ada.Get("/v1/push")).Is(200);
        Assert.False(offered["fcm"].GetBoolean());
        Assert.False(offered["apns"].GetBoolean());
        Assert.Null(offered.Text("webPush"));
    }

    static string Device(Person person) => person.Session.Text("deviceId")!;

    static Task<Answer> Put(Person by, string device, string target) =>
        by.Put($"/v1/devices/{device}/push", new StringContent(target, Encoding.UTF8, "application/json"));
}
