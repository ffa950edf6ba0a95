using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace Chat.Testing;

/// <summary>Makes network faults by a toxiproxy that runs already: CHAT_TEST_TOXIPROXY is its control address. Without it the test is skipped and says so.</summary>
public sealed class Toxiproxy : IAsyncDisposable
{
    public const string Variable = "CHAT_TEST_TOXIPROXY";

    readonly HttpClient control;
    readonly string suffix = Guid.NewGuid().ToString("N"); // many tests may share one
    readonly List<string> proxies = [];

    Toxiproxy(string address) => control = new() { BaseAddress = new(address) };

    public static Toxiproxy OrSkip()
    {
        var address = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipUnless(address is { Length: > 0 }, $"No network faults: {Variable} names no toxiproxy, as in http://127.0.0.1:8474.");
        return new(address!);
    }

    /// <summary>Puts a proxy before a server. Returns where to connect instead.</summary>
    public async Task<(string Host, int Port)> Put(string name, string upstream)
    {
        proxies.Add(name);
        var made = await Ask(HttpMethod.Post, "proxies", new { name = name + suffix, listen = "127.0.0.1:0", upstream, enabled = true });
        var parts = made.GetProperty("listen").GetString()!.Split(':');
        return (parts[0], int.Parse(parts[1], null));
    }

    /// <summary>Every answer comes so much later.</summary>
    public Task Slow(string name, TimeSpan by) => Be(name, "latency", new { latency = (int)by.TotalMilliseconds });

    /// <summary>Connections end, and none is taken.</summary>
    public Task Cut(string name) => Ask(HttpMethod.Post, $"proxies/{name}{suffix}", new { enabled = false });

    /// <summary>Connections stay, and nothing comes back over them.</summary>
    public Task Swallow(string name) => Be(name, "timeout", new { timeout = 0 });

    /// <summary>All of them are well again.</summary>
    public async Task Well()
    {
        foreach (var name in proxies)
        {
            foreach (var toxic in (await Ask(HttpMethod.Get, $"proxies/{name}{suffix}/toxics")).EnumerateArray())
            {
                await Ask(HttpMethod.Delete, $"proxies/{name}{suffix}/toxics/{toxic.GetProperty("name").GetString()}");
            }
            await Ask(HttpMethod.Post, $"proxies/{name}{suffix}", new { enabled = true });
        }
    }

    async Task Be(string name, string type, object attributes)
    {
        await Well();
        await Ask(HttpMethod.Post, $"proxies/{name}{suffix}/toxics", new { type, stream = "downstream", attributes });
    }

    async Task<JsonElement> Ask(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var answer = await control.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return answer.StatusCode == System.Net.HttpStatusCode.NoContent ? default : await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var name in proxies) await Ask(HttpMethod.Delete, $"proxies/{name}{suffix}");
        control.Dispose();
    }
}
