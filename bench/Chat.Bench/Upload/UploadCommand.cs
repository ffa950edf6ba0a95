using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Chat.Bench.Api;
using Chat.Bench.Load;
using Spectre.Console;

namespace Chat.Bench.Upload;

/// <summary><c>upload</c>: one large file by tus, against an endpoint that only writes the body to a file, in turns.</summary>
static class UploadCommand
{
    const double Target = 0.7;
    const double Megabyte = 1_000_000;

    static readonly Option<int> Megabytes = new("--megabytes") { DefaultValueFactory = static _ => 100 };
    static readonly Option<int> Rounds = new("--rounds") { DefaultValueFactory = static _ => 5 };

    public static Command Create()
    {
        var command = new Command("upload", "100 MB by tus ÷ a plain endpoint that writes the body to disk (target 0.7), and the memory of the API.") { Megabytes, Rounds };
        command.SetAction(Run);
        return command;
    }

    static async Task<int> Run(ParseResult given, CancellationToken ct)
    {
        var folder = Path.Combine(Path.GetTempPath(), $"chat-bench-{Guid.NewGuid():N}");
        try
        {
            await using var database = await BenchDatabase.Create();
            await using var plain = await ServerProcess.PlainDisk(Path.Combine(folder, "plain"));
            await using var chat = await ServerProcess.Chat(database, Path.Combine(folder, "chat"));
            using HttpClient toPlain = new() { BaseAddress = plain.Address }, toChat = new() { BaseAddress = chat.Address };
            var name = $"b{Guid.NewGuid():N}"[..20];
            toChat.DefaultRequestHeaders.Authorization = new("Bearer", (await ChatClient.SignIn(toChat, new(name, "correct horse battery", name))).AccessToken);
            var bytes = new byte[given.GetValue(Megabytes) * (int)Megabyte];
            return await Compare(bytes, given.GetValue(Rounds), toPlain, toChat, chat, ct);
        }
        finally
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        }
    }

    static async Task<int> Compare(byte[] bytes, int rounds, HttpClient toPlain, HttpClient toChat, ServerProcess chat, CancellationToken ct)
    {
        var table = new Table().AddColumns("round", "plain MB/s", "plain, fsync MB/s", "tus MB/s", "÷ plain", "÷ plain, fsync", "API before MB", "at most MB");
        var (ratios, durable) = (new List<double>(), new List<double>());
        for (var round = 0; round <= rounds; round++)
        {
            Random.Shared.NextBytes(bytes); // equal content would be kept once
            var before = chat.Bytes;
            var most = before;
            using var watch = new Timer(_ => most = Math.Max(most, chat.Bytes), null, 0, 20);
            var (plain, synced, tus) = (await Plain(toPlain, bytes, false, ct), await Plain(toPlain, bytes, true, ct), await Tus(toChat, bytes, ct));
            if (round == 0) continue; // to warm up
            (ratios, durable) = ([.. ratios, tus / plain], [.. durable, tus / synced]);
            table.AddRow([$"{round}", .. new[] { plain, synced, tus }.Select(static rate => Text(rate)), Text(tus / plain), Text(tus / synced), Text(before / Megabyte), Text(most / Megabyte)]);
        }
        AnsiConsole.Write(table);
        AnsiConsole.WriteLine($"median: {Text(Median(ratios))} of plain (target {Text(Target)}), {Text(Median(durable))} of plain with fsync");
        return Median(ratios) >= Target ? 0 : 1;
    }

    static async Task<double> Plain(HttpClient http, byte[] bytes, bool durable, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        using var answer = await http.PutAsync($"/?durable={durable}", new ByteArrayContent(bytes), ct);
        answer.EnsureSuccessStatusCode();
        return Rate(bytes, started);
    }

    static async Task<double> Tus(HttpClient http, byte[] bytes, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        using var begun = await Send(http, HttpMethod.Post, "/v1/uploads", null, ct, ("Upload-Length", $"{bytes.Length}"), ("Upload-Metadata", $"filename {Convert.ToBase64String("a.bin"u8)}"));
        var path = begun.Headers.Location!.ToString();
        var content = new ByteArrayContent(bytes) { Headers = { ContentType = new("application/offset+octet-stream") } };
        using var appended = await Send(http, HttpMethod.Patch, path, content, ct, ("Upload-Offset", "0"));
        var rate = Rate(bytes, started);

        // what comes after the upload is not to be in the way of the next
        while ((await http.GetFromJsonAsync<JsonElement>($"/v1/files/{path.Split('/')[^1]}", ct)).GetProperty("state").GetString() == "checking") await Task.Delay(50, ct);
        using var deleted = await Send(http, HttpMethod.Delete, path, null, ct);
        return rate;
    }

    static async Task<HttpResponseMessage> Send(
        HttpClient http, HttpMethod method, string path, HttpContent? content, CancellationToken ct, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content, Headers = { { "Tus-Resumable", "1.0.0" } } };
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        var answer = await http.SendAsync(request, ct);
        return answer.EnsureSuccessStatusCode();
    }

    static double Rate(byte[] bytes, long started) => bytes.Length / Megabyte / Stopwatch.GetElapsedTime(started).TotalSeconds;

    static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    static string Text(double value) => value.ToString(value < 10 ? "N2" : "N0", CultureInfo.InvariantCulture);
}
