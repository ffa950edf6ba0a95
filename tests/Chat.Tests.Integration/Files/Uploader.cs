using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Chat.Tests.Integration.Api;

namespace Chat.Tests.Integration.Files;

/// <summary>Somebody who uploads by tus, header by header.</summary>
/// <param name="http">Waits long enough to be asked for a body to see whether that happens.</param>
public sealed class Uploader(HttpClient http, Person person)
{
    public Guid Id => person.Id;

    public static string Metadata(string name, string? type = null) => $"filename {Coded(name)}" + (type is null ? "" : $",filetype {Coded(type)}");

    /// <summary>Begins an upload. Returns its path.</summary>
    public async Task<string> Begin(long size, string name = "a.txt") =>
        (await Send(HttpMethod.Post, "/v1/uploads", null, ("Upload-Length", Number(size)), ("Upload-Metadata", Metadata(name)))).Is(201).Headers["Location"];

    public Task<Answer> Append(string path, long offset, byte[] bytes, string? checksum = null) =>
        Append(path, offset, new ByteArrayContent(bytes), checksum);

    public Task<Answer> Append(string path, long offset, HttpContent content, string? checksum = null)
    {
        content.Headers.ContentType = new("application/offset+octet-stream");
        return Send(HttpMethod.Patch, path, content, [("Upload-Offset", Number(offset)), .. checksum is null ? [] : (IEnumerable<(string, string)>)[("Upload-Checksum", checksum)]]);
    }

    public Task<Answer> Look(string path) => Send(HttpMethod.Head, path, null);

    public async Task<long> Offset(string path) => long.Parse((await Look(path)).Is(200).Headers["Upload-Offset"], CultureInfo.InvariantCulture);

    public Task<Answer> Send(HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] headers) =>
        Send(method, path, content, TestContext.Current.CancellationToken, headers);

    public async Task<Answer> Send(HttpMethod method, string path, HttpContent? content, CancellationToken ct, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        foreach (var (name, value) in headers.Append(("Tus-Resumable", "1.0.0")).DistinctBy(static header => header.Item1).Where(static header => header.Item2 != ""))
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        request.Headers.Authorization = new("Bearer", person.AccessToken);
        request.Headers.ExpectContinue = content is Watched;
        return await Answer.Of(await http.SendAsync(request, ct));
    }

    static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    static string Coded(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}

/// <summary>A body that says whether it was asked for. Of more than 1,024 bytes: smaller ones are sent in any case.</summary>
sealed class Watched : HttpContent
{
    readonly long length;

    public Watched(long length, string type = "application/offset+octet-stream")
    {
        this.length = length;
        Headers.ContentType = MediaTypeHeaderValue.Parse(type);
    }

    public bool Asked { get; private set; }

    protected override Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
    {
        Asked = true;
        return stream.WriteAsync(new byte[length]).AsTask();
    }

    protected override bool TryComputeLength(out long computed)
    {
        computed = length;
        return true;
    }
}

/// <summary>A body without a length, sent as it comes.</summary>
sealed class Piecewise(Func<Stream, Task> send) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context) => send(stream);

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
