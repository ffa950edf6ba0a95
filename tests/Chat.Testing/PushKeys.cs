using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Chat.Infrastructure.Push;

namespace Chat.Testing;

/// <summary>Keys as the providers give them out, made for one test.</summary>
public sealed class PushKeys : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("chat-push-").FullName;

    public ECDsa Apple { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    public RSA Google { get; } = RSA.Create(2048);

    public static WebPushOptions WebPush() => new() { PrivateKey = VapidKey(), Subject = "mailto:ops@chat.example", Hosts = ["127.0.0.1"] };

    public static string VapidKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Base64Url.EncodeToString(key.ExportParameters(true).D);
    }

    public ApnsOptions Apns(Uri endpoint) => new()
    {
        KeyFile = Write("key.p8", Apple.ExportPkcs8PrivateKeyPem()), KeyId = "ABC123DEFG", TeamId = "TEAM123456", Topic = "example.chat", Endpoint = endpoint,
    };

    /// <param name="tokens">Where access tokens are asked for.</param>
    public FcmOptions Fcm(Uri endpoint, Uri tokens) => new()
    {
        Endpoint = endpoint,
        ServiceAccountFile = Write("account.json", JsonSerializer.Serialize(new
        {
            type = "service_account",
            project_id = "chat-test",
            private_key_id = "key-1",
            private_key = Google.ExportPkcs8PrivateKeyPem(),
            client_email = "push@chat-test.iam.gserviceaccount.com",
            token_uri = new Uri(tokens, "token"),
        })),
    };

    string Write(string name, string text)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose()
    {
        Apple.Dispose();
        Google.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
