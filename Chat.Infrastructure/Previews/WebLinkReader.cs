using System.Net;
using System.Net.Sockets;
using Chat.Application.Previews;
using Chat.Domain.Conversations;

namespace Chat.Infrastructure.Previews;

/// <summary>Reads the beginning of a web page, within bounds that no page can stretch.</summary>
public sealed class WebLinkReader(IInternet internet) : ILinkReader, IDisposable
{
    const int MaxRedirects = 3;
    const int MaxBytes = 1024 * 1024; // decoded

    static readonly TimeSpan Limit = TimeSpan.FromSeconds(5); // for everything together

    readonly HttpClient http = GuardedHttp.Client(internet);

    public async Task<LinkPreview?> Read(string link, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Limit);
        try
        {
            return Uri.TryCreate(link, UriKind.Absolute, out var uri) ? await Read(link, uri, limit.Token) : null;
        }
        catch (Exception fault) when (IsOfThePage(fault) && !ct.IsCancellationRequested)
        {
            return null; // a page that cannot be read has no preview
        }
    }

    async Task<LinkPreview?> Read(string link, Uri uri, CancellationToken ct)
    {
        for (var redirects = 0; redirects <= MaxRedirects && GuardedHttp.Allows(uri); redirects++)
        {
            using var answer = await http.GetAsync(uri, HttpCompletionOption.ResponseHeadersRead, ct);
            if (Redirect(answer) is { } location)
            {
                uri = new(uri, location);
                continue;
            }
            if (answer.StatusCode != HttpStatusCode.OK || answer.Content.Headers.ContentType is not { MediaType: { } type } content
                || !type.Equals("text/html", StringComparison.OrdinalIgnoreCase)) return null;
            var head = PageHead.Read(await Beginning(answer, ct), content.CharSet, ct);
            return LinkPreview.Of(link, head.Title, head.Description, head.Site ?? uri.IdnHost);
        }
        return null;
    }

    static Uri? Redirect(HttpResponseMessage answer) => (int)answer.StatusCode is 301 or 302 or 303 or 307 or 308 ? answer.Headers.Location : null;

    static async Task<ReadOnlyMemory<byte>> Beginning(HttpResponseMessage answer, CancellationToken ct)
    {
        var bytes = new byte[MaxBytes];
        await using var body = await answer.Content.ReadAsStreamAsync(ct);
        return bytes.AsMemory(0, await body.ReadAtLeastAsync(bytes, MaxBytes, throwOnEndOfStream: false, ct));
    }

    static bool IsOfThePage(Exception fault) =>
        fault is HttpRequestException or IOException or SocketException or OperationCanceledException or InvalidDataException or UriFormatException;

    public void Dispose() => http.Dispose();
}
