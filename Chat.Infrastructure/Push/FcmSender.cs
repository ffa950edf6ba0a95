using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Chat.Application.Push;
using Microsoft.Extensions.Options;

namespace Chat.Infrastructure.Push;

/// <summary>Firebase Cloud Messaging, HTTP v1.</summary>
public sealed class FcmSender : IPushSender, IDisposable
{
    readonly HttpClient http = ProviderHttp.Client();
    readonly GoogleAccessTokens tokens;
    readonly Uri send;
    readonly TimeSpan lifetime;
    readonly TimeProvider time;

    public FcmSender(IOptions<FcmOptions> options, IOptions<PushOptions> push, TimeProvider time)
    {
        var account = ServiceAccount.Read(options.Value.ServiceAccountFile!);
        (this.time, lifetime) = (time, push.Value.Lifetime);
        tokens = new(account, http, time);
        send = new(options.Value.Endpoint, $"v1/projects/{account.ProjectId}/messages:send");
    }

    public PushProvider Provider => PushProvider.Fcm;

    public async Task<PushResult> Send(PushTarget target, PushNotification notification, CancellationToken ct)
    {
        var token = await tokens.Get(ct);
        using var request = new HttpRequestMessage(HttpMethod.Post, send) { Content = JsonContent.Create(new { message = Message(target.Address, notification) }) };
        request.Headers.Authorization = new("Bearer", token);
        using var answer = await http.SendAsync(request, ct);
        if (answer.IsSuccessStatusCode) return new PushResult.Sent();

        if (answer.StatusCode == HttpStatusCode.Unauthorized) tokens.Drop(token);
        var reason = await Reason(answer, ct);
        return (answer.StatusCode, reason) switch
        {
            (_, "UNREGISTERED" or "SENDER_ID_MISMATCH" or "INVALID_TOKEN") => new PushResult.Gone(),
            (HttpStatusCode.Unauthorized, _) => new PushResult.Later(null, "401"), // with another access token
            _ => ProviderHttp.Result(answer, reason, time),
        };
    }

    object Message(string token, PushNotification notification) => new
    {
        token,
        notification = new { title = notification.Title, body = notification.Text ?? "" },
        data = Data(notification),
        android = new
        {
            collapse_key = notification.CollapseKey,
            priority = "high",
            ttl = string.Create(CultureInfo.InvariantCulture, $"{(long)lifetime.TotalSeconds}s"),
            notification = new { tag = notification.CollapseKey, notification_count = notification.Badge },
        },
    };

    // strings only, and no nulls
    static Dictionary<string, string> Data(PushNotification notification)
    {
        var data = new Dictionary<string, string>
        {
            ["conversationId"] = notification.Conversation.ToString(),
            ["messageId"] = notification.Message.ToString(),
            ["sequence"] = notification.Sequence.ToString(CultureInfo.InvariantCulture),
        };
        if (notification.Type is { } type) data["type"] = type;
        return data;
    }

    /// <summary>FCM's own code, or the general status; INVALID_TOKEN where it is the token that it complains about.</summary>
    static async Task<string?> Reason(HttpResponseMessage answer, CancellationToken ct)
    {
        try
        {
            using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(ct));
            if (!body.RootElement.TryGetProperty("error", out var error)) return null;
            var details = error.TryGetProperty("details", out var list) ? list.EnumerateArray().ToList() : [];
            if (details.Any(BlamesToken)) return "INVALID_TOKEN";
            return details.Select(static detail => Text(detail, "errorCode")).FirstOrDefault(static code => code is not null) ?? Text(error, "status");
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return null; // something between here and Google answered
        }
    }

    static bool BlamesToken(JsonElement detail) =>
        detail.TryGetProperty("fieldViolations", out var violations) && violations.EnumerateArray().Any(static violation => Text(violation, "field") == "message.token");

    static string? Text(JsonElement of, string property) => of.TryGetProperty(property, out var value) ? value.GetString() : null;

    public void Dispose()
    {
        tokens.Dispose();
        http.Dispose();
    }
}
