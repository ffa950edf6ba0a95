using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Chat.Infrastructure.Push;

/// <summary>Access tokens of a service account (RFC 7523): asked for with a signed assertion, used until shortly before they end.</summary>
sealed class GoogleAccessTokens(ServiceAccount account, HttpClient http, TimeProvider time) : IDisposable
{
    const string Scope = "https://www.googleapis.com/auth/firebase.messaging";

    readonly RSA key = account.Key();
    readonly SemaphoreSlim asking = new(1);
    volatile Token? token;

    public async ValueTask<string> Get(CancellationToken ct)
    {
        if (token is { } known && known.Until > time.GetUtcNow()) return known.Value;
        await asking.WaitAsync(ct);
        try
        {
            if (token is not { } other || other.Until <= time.GetUtcNow()) token = await Ask(ct);
            return token!.Value;
        }
        finally
        {
            asking.Release();
        }
    }

    /// <summary>This one was refused.</summary>
    public void Drop(string refused)
    {
        if (token?.Value == refused) token = null;
    }

    async Task<Token> Ask(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var assertion = Jwt.Sign(key, new()
        {
            ["iss"] = account.ClientEmail,
            ["scope"] = Scope,
            ["aud"] = account.TokenUri.ToString(),
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = now.AddHours(1).ToUnixTimeSeconds(),
        }, account.PrivateKeyId);
        using var form = new FormUrlEncodedContent([new("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), new("assertion", assertion)]);
        using var answer = await http.PostAsync(account.TokenUri, form, ct);
        answer.EnsureSuccessStatusCode();
        var granted = await answer.Content.ReadFromJsonAsync<JsonObject>(ct);
        return new((string)granted!["access_token"]!, now.AddSeconds((int)granted["expires_in"]! - 60));
    }

    public void Dispose()
    {
        key.Dispose();
        asking.Dispose();
    }

    sealed record Token(string Value, DateTimeOffset Until);
}
