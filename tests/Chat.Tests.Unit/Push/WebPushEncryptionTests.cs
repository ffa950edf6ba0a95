using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Chat.Infrastructure.Push;

namespace Chat.Tests.Unit.Push;

public sealed class WebPushEncryptionTests
{
    // RFC 8291, appendix A
    const string Plaintext = "When I grow up, I want to be a watermelon";
    const string SenderPrivate = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw";
    const string BrowserPublic = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    const string Auth = "BTBZMqHH6r4Tts7J_aSIgg";
    const string Salt = "DGv6ra1nlYgDCS1FRnbzlw";
    const string Body =
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf"
        + "1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";

    [Fact]
    public void the_body_is_that_of_the_standard()
    {
        using var key = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = Bytes(SenderPrivate) });
        var body = WebPushEncryption.Encrypt(Encoding.UTF8.GetBytes(Plaintext), Bytes(BrowserPublic), Bytes(Auth), key, Bytes(Salt));
        Assert.Equal(Body, Base64Url.EncodeToString(body));
    }

    [Fact]
    public void the_same_text_never_looks_the_same_twice()
    {
        var bodies = Enumerable.Range(0, 3).Select(static _ => WebPushEncryption.Encrypt("again"u8, Bytes(BrowserPublic), Bytes(Auth)));
        Assert.Equal(3, bodies.Select(Convert.ToHexString).Distinct().Count());
    }

    [Fact]
    public void the_longest_text_makes_a_body_that_every_push_service_takes() =>
        Assert.Equal(4096, WebPushEncryption.Encrypt(new byte[WebPushEncryption.MaxPlaintext], Bytes(BrowserPublic), Bytes(Auth)).Length);

    static byte[] Bytes(string text) => Base64Url.DecodeFromChars(text);
}
