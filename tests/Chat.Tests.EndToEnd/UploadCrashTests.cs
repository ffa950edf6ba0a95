using System.Globalization;
using System.Security.Cryptography;
using Chat.Testing;

namespace Chat.Tests.EndToEnd;

/// <summary>An upload outlives the node that it goes to: nothing that was durable comes twice, and the file is byte for byte what was sent.</summary>
public sealed class UploadCrashTests
{
    const int Size = 24 * 1024 * 1024;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public Task killed_in_the_middle_it_goes_on_in_the_same_folder_at_another_node() => GoesOnAtAnotherNode(new Dictionary<string, string>());

    [Fact]
    public async Task killed_in_the_middle_it_goes_on_in_S3_at_another_node()
    {
        var bucket = $"test-{Guid.NewGuid():N}";
        await using var s3 = await TestS3.StartOrSkip();
        await s3.CreateBucket(bucket);
        await GoesOnAtAnotherNode(new Dictionary<string, string>
        {
            ["Files__S3__Bucket"] = bucket, ["Files__S3__Endpoint"] = s3.Address.ToString(), ["Files__S3__PathStyle"] = "true",
            ["Files__S3__AccessKey"] = TestS3.Key, ["Files__S3__SecretKey"] = TestS3.Secret,
        });
    }

    static async Task GoesOnAtAnotherNode(IReadOnlyDictionary<string, string> settings)
    {
        await using var database = await TestDatabase.Create();
        await using AppProcess a = new(database.ConnectionString, settings), b = new(database.ConnectionString, settings);
        try
        {
            await a.Start();
            using HttpClient atA = new() { BaseAddress = a.Address }, atB = new() { BaseAddress = b.Address };
            var token = await (await Person.Register(atA)).Token();
            atA.DefaultRequestHeaders.Authorization = atB.DefaultRequestHeaders.Authorization = new("Bearer", token);
            var bytes = RandomNumberGenerator.GetBytes(Size);
            using var begun = await Send(atA, HttpMethod.Post, "v1/uploads", null,
                ("Upload-Length", $"{Size}"), ("Upload-Metadata", $"filename {Convert.ToBase64String("film.bin"u8)}"));
            var path = begun.EnsureSuccessStatusCode().Headers.Location!.ToString();

            using var gone = CancellationTokenSource.CreateLinkedTokenSource(Ct);
            var sending = Send(atA, HttpMethod.Patch, path, new Slowly(bytes, gone.Token), ("Upload-Offset", "0"));
            await Until(async () => await Offset(atA, path) > Size / 4);
            await a.Kill();
            await gone.CancelAsync(); // the client may not notice by itself, since it writes nothing more
            await Assert.ThrowsAnyAsync<Exception>(() => sending);

            await b.Start();
            var kept = await Offset(atB, path);
            Assert.InRange(kept, Size / 4, Size - 1);
            // the killed node has the right to write for some seconds still
            await Until(async () =>
            {
                using var answer = await Send(atB, HttpMethod.Patch, path, new ByteArrayContent(bytes[(int)kept..]), ("Upload-Offset", $"{kept}"));
                Assert.True((int)answer.StatusCode is 204 or 423, $"{answer.StatusCode}");
                return (int)answer.StatusCode == 204;
            });
            Assert.Equal(Size, await Offset(atB, path));
            await Until(async () => await State(atB, path) == "ready");
            Assert.Equal(SHA256.HashData(bytes), SHA256.HashData(await atB.GetByteArrayAsync($"v1/files/{path.Split('/')[^1]}/content", Ct)));
        }
        finally
        {
            if (Directory.Exists(a.FilesFolder)) Directory.Delete(a.FilesFolder, recursive: true);
        }
    }

    static async Task<string?> State(HttpClient http, string path)
    {
        using var file = System.Text.Json.JsonDocument.Parse(await http.GetStringAsync($"v1/files/{path.Split('/')[^1]}", Ct));
        return file.RootElement.GetProperty("state").GetString();
    }

    static async Task<long> Offset(HttpClient http, string path)
    {
        using var answer = await Send(http, HttpMethod.Head, path, null);
        return long.Parse(answer.EnsureSuccessStatusCode().Headers.GetValues("Upload-Offset").Single(), CultureInfo.InvariantCulture);
    }

    static Task<HttpResponseMessage> Send(HttpClient http, HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path) { Content = content };
        content?.Headers.ContentType = new("application/offset+octet-stream");
        foreach (var (name, value) in headers.Append(("Tus-Resumable", "1.0.0"))) request.Headers.Add(name, value);
        return http.SendAsync(request, Ct);
    }

    static async Task Until(Func<Task<bool>> condition)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        patience.CancelAfter(Patience);
        while (!await condition()) patience.Token.ThrowIfCancellationRequested();
    }

    /// <summary>Three quarters of a body; the rest never comes.</summary>
    sealed class Slowly(byte[] bytes, CancellationToken gone) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
        {
            await stream.WriteAsync(bytes.AsMemory(0, bytes.Length / 4 * 3), Ct);
            await stream.FlushAsync(Ct);
            await Task.Delay(Timeout.Infinite, gone);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = bytes.Length;
            return true;
        }
    }
}
