using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Chat.Application.Push;
using Microsoft.Extensions.Options;

namespace Chat.Infrastructure.Push;

/// <summary>Apple's service over HTTP/2, with a provider token that is used for most of the hour that it is good for.</summary>
public sealed class ApnsSender(IOptions<ApnsOptions> options, IOptions<PushOptions> push, TimeProvider time) : IPushSender, IDisposable
{
    // Apple refuses a token older than an hour, and a new one sooner than 20 minutes after the last.
    static readonly TimeSpan TokenLifetime = TimeSpan.FromMinutes(50);

    readonly HttpClient http = ProviderHttp.Client(HttpVersion.Version20);
    readonly ECDsa key = options.Value.Key();
    readonly Lock sync = new();
    string token = "";
    DateTimeOffset tokenMade = DateTimeOffset.MinValue;

    public PushProvider Provider => PushProvider.Apns;

    public async Task<PushResult> Send(PushTarget target, PushNotification notification, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(options.Value.Endpoint, $"3/device/{target.Address}"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = JsonContent.Create(new
            {
                aps = new Dictionary<string, object>
                {
                    ["alert"] = new { title = notification.Title, body = notification.Text ?? "" },
                    ["badge"] = notification.Badge,
                    ["sound"] = "default",
                    ["thread-id"] = notification.CollapseKey,
                },
                conversationId = notification.Conversation,
                messageId = notification.Message,
                sequence = notification.Sequence,
                type = notification.Type,
            }),
        };
        request.Headers.Authorization = new("bearer", Token());
        request.Headers.Add("apns-topic", options.Value.Topic);
        request.Headers.Add("apns-push-type", "alert");
        request.Headers.Add("apns-priority", "10");
        request.Headers.Add("apns-expiration", $"{(time.GetUtcNow() + push.Value.Lifetime).ToUnixTimeSeconds()}");
        request.Headers.Add("apns-collapse-id", notification.CollapseKey);
        using var answer = await http.SendAsync(request, ct);
        return Result(answer, answer.IsSuccessStatusCode ? null : await Reason(answer, ct));
    }

    PushResult Result(HttpResponseMessage answer, string? reason) => (answer.StatusCode, reason) switch
    {
        (HttpStatusCode.Gone, _) or (_, "BadDeviceToken" or "DeviceTokenNotForTopic" or "Unregistered" or "ExpiredToken") => new PushResult.Gone(),
        (_, "ExpiredProviderToken") => new PushResult.Later(null, reason), // another one is made by then
        _ => ProviderHttp.Result(answer, reason, time),
    };

    static async Task<string?> Reason(HttpResponseMessage answer, CancellationToken ct)
    {
        try
        {
            using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(ct));
            return body.RootElement.TryGetProperty("reason", out var reason) ? reason.GetString() : null;
        }
        catch (JsonException)
        {
            return null; // something between here and Apple answered
        }
    }

    string Token()
    {
        lock (sync)
        {
            var now = time.GetUtcNow();
            if (now - tokenMade < TokenLifetime) return token;
            (token, tokenMade) = (Jwt.Sign(key, new() { ["iss"] = options.Value.TeamId, ["iat"] = now.ToUnixTimeSeconds() }, options.Value.KeyId), now);
            return token;
        }
    }

    public void Dispose()
    {
        http.Dispose();
        key.Dispose();
    }
}
