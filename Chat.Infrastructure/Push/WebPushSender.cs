using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using Chat.Application.Push;
using Microsoft.Extensions.Options;

namespace Chat.Infrastructure.Push;

/// <summary>Web Push (RFC 8030) with the payload encrypted for the browser and this server named by VAPID.</summary>
public sealed class WebPushSender(IOptions<WebPushOptions> options, IOptions<PushOptions> push, TimeProvider time) : IPushSender, IDisposable
{
    static readonly TimeSpan TokenLifetime = TimeSpan.FromHours(12);

    readonly HttpClient http = ProviderHttp.Client();
    readonly ECDsa key = options.Value.Key();
    readonly ConcurrentDictionary<string, (string Token, DateTimeOffset Until)> tokens = new(); // one a push service

    public PushProvider Provider => PushProvider.WebPush;

    /// <summary>What a browser subscribes with (applicationServerKey): an uncompressed P-256 point in base64url.</summary>
    public string PublicKey => Base64Url.EncodeToString(WebPushEncryption.Point(key.ExportParameters(false)));

    public async Task<PushResult> Send(PushTarget target, PushNotification notification, CancellationToken ct)
    {
        var browser = (PushTarget.WebPush)target;
        var endpoint = new Uri(browser.Endpoint);
        if (!options.Value.Allows(endpoint)) return new PushResult.Gone(); // it was allowed when it was registered

        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = Encrypted(browser, notification) };
        request.Headers.Authorization = new("vapid", $"t={Token(endpoint)}, k={PublicKey}");
        request.Headers.Add("TTL", $"{(long)push.Value.Lifetime.TotalSeconds}");
        request.Headers.Add("Urgency", "high");
        request.Headers.Add("Topic", notification.CollapseKey);
        using var answer = await http.SendAsync(request, ct);
        return answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone ? new PushResult.Gone() : ProviderHttp.Result(answer, null, time);
    }

    static ByteArrayContent Encrypted(PushTarget.WebPush browser, PushNotification notification)
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(notification, JsonSerializerOptions.Web);
        return new(WebPushEncryption.Encrypt(payload, Base64Url.DecodeFromChars(browser.P256dh), Base64Url.DecodeFromChars(browser.Auth)))
        {
            Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream"), ContentEncoding = { "aes128gcm" } },
        };
    }

    string Token(Uri endpoint)
    {
        var origin = endpoint.GetLeftPart(UriPartial.Authority);
        var now = time.GetUtcNow();
        if (tokens.TryGetValue(origin, out var known) && known.Until > now) return known.Token;
        var token = Jwt.Sign(key, new() { ["aud"] = origin, ["exp"] = (now + TokenLifetime).ToUnixTimeSeconds(), ["sub"] = options.Value.Subject });
        tokens[origin] = (token, now + TokenLifetime / 2);
        return token;
    }

    public void Dispose()
    {
        http.Dispose();
        key.Dispose();
    }
}
