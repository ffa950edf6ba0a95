using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Chat.Api.Files;
using Chat.Infrastructure.Postgres;
using Chat.Testing;
using Chat.Tests.Integration.Api;
using Microsoft.Extensions.Time.Testing;

namespace Chat.Tests.Integration.Files;

public sealed class DownloadTests(ChatServer server) : IClassFixture<ChatServer>
{
    static readonly byte[] Words = "zero one two three"u8.ToArray();

    readonly Person ada = server.Ada;

    static CancellationToken Ct => ChatServer.Ct;

    [Fact]
    public async Task the_bytes_come_whole_and_in_ranges_and_not_again_when_they_are_known()
    {
        var path = $"/v1/files/{await server.Checked(ada, Words, "words.txt")}/content";
        using var whole = await server.Fetch(path, ada);
        Assert.Equal(200, (int)whole.StatusCode);
        Assert.Equal(Words, await whole.Content.ReadAsByteArrayAsync(Ct));
        Assert.Equal("bytes", Assert.Single(whole.Headers.AcceptRanges));
        var etag = whole.Headers.ETag!;
        Assert.Equal($"\"{Convert.ToHexStringLower(SHA256.HashData(Words))}\"", etag.Tag);

        using var known = await server.Fetch(path, ada, headers => headers.IfNoneMatch.Add(etag));
        Assert.Equal(304, (int)known.StatusCode);

        foreach (var (from, to, content) in new (long?, long?, string)[] { (5, 7, "one"), (13, null, "three"), (null, 5, "three"), (0, 3, "zero") })
        {
            using var part = await server.Fetch(path, ada, headers => headers.Range = new(from, to));
            Assert.Equal((206, content), ((int)part.StatusCode, await part.Content.ReadAsStringAsync(Ct)));
            Assert.Equal(Words.Length, part.Content.Headers.ContentRange!.Length);
        }
        using var past = await server.Fetch(path, ada, headers => headers.Range = new(100, null));
        Assert.Equal(416, (int)past.StatusCode);
        using var changed = await server.Fetch(path, ada, headers => (headers.Range, headers.IfRange) = (new(5, 7), new(new EntityTagHeaderValue("\"other\""))));
        Assert.Equal((200, Words.Length), ((int)changed.StatusCode, (int)changed.Content.Headers.ContentLength!));
    }

    [Theory]
    [InlineData("page.html", "<!DOCTYPE html><script>alert(1)</script>", "application/octet-stream")]
    [InlineData("drawing.svg", "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "application/octet-stream")]
    [InlineData("feed.xml", "<?xml version='1.0'?><a/>", "application/octet-stream")]
    [InlineData("run.sh", "#!/bin/sh\necho", "application/octet-stream")]
    [InlineData("setup.exe", "MZ\u0001\u0002", "application/octet-stream")]
    [InlineData("both.pdf", "%PDF-1.7\n<html><script>alert(1)</script>", "application/octet-stream")]
    [InlineData("paper.pdf", "%PDF-1.7\n", "application/pdf")]
    [InlineData("words.js", "alert(1)", "text/plain")]
    [InlineData("photo.heic", "\0\0\0\u0018ftypheic\0\0\0\0mif1heic", "image/heic")]
    [InlineData("photo.avif", "\0\0\0\u0018ftypavif\0\0\0\0mif1avif", "image/avif")]
    [InlineData("film.mp4", "\0\0\0\u0018ftypisom\0\0\u0002\0isommp41", "video/mp4")]
    [InlineData("film.mov", "\0\0\0\u0014ftypqt  \0\0\u0002\0qt  ", "video/quicktime")]
    [InlineData("film.webm", "\u001AE\u00DF\u00A3 webm", "video/webm")]
    [InlineData("song.mp3", "ID3\u0004\0\0\0\0\0\0", "audio/mpeg")]
    public async Task what_could_run_or_is_as_it_came_is_only_saved(string name, string content, string mediaType)
    {
        using var answer = await server.Fetch($"/v1/files/{await server.Checked(ada, System.Text.Encoding.Latin1.GetBytes(content), name)}/content", ada);
        Assert.Equal((200, mediaType, "attachment"), ((int)answer.StatusCode, answer.Content.Headers.ContentType!.MediaType, answer.Content.Headers.ContentDisposition!.DispositionType));
        Guarded(answer);
    }

    [Fact]
    public async Task pictures_that_were_drawn_anew_are_shown_and_guarded_as_well()
    {
        using var answer = await server.Fetch($"/v1/files/{await server.Checked(ada, Pictures.Png(), "a.png")}/content", ada);
        Assert.Equal((200, "image/png", "inline"), ((int)answer.StatusCode, answer.Content.Headers.ContentType!.MediaType, answer.Content.Headers.ContentDisposition!.DispositionType));
        Guarded(answer);
    }

    [Fact]
    public async Task HEAD_answers_what_GET_does_without_the_bytes_also_by_a_link()
    {
        var (words, picture) = (await server.Checked(ada, Words, "words.txt"), await server.Checked(ada, Pictures.Png(), "a.png"));
        var link = (await ada.Post($"/v1/files/{words}/links")).Is(200).Text("url")!;
        foreach (var (path, by) in new[] { ($"/v1/files/{words}/content", ada), (link, null), ($"/v1/files/{picture}/content?variant=small", ada) })
        {
            using HttpResponseMessage get = await server.Fetch(path, by), head = await server.Fetch(path, by, method: HttpMethod.Head);
            Assert.Equal((200, Headers(get)), ((int)head.StatusCode, Headers(head)));
            Assert.Empty(await head.Content.ReadAsByteArrayAsync(Ct));
        }
        using var part = await server.Fetch($"/v1/files/{words}/content", ada, headers => headers.Range = new(5, 7), HttpMethod.Head);
        Assert.Equal((206, 3), ((int)part.StatusCode, part.Content.Headers.ContentLength));

        foreach (var (path, by, status) in new[]
        {
            ($"/v1/files/{words}/content", await server.Person(), 404), ($"/v1/files/{words}/content", null, 401), (link + "!", null, 401),
            ($"/v1/files/{await server.Arrived(ada, Words, "waits")}/content", ada, 409),
        })
        {
            using var refused = await server.Fetch(path, by, method: HttpMethod.Head);
            Assert.Equal((path, status), (path, (int)refused.StatusCode));
        }
    }

    static string Headers(HttpResponseMessage answer) => string.Join(
        "\n", answer.Headers.Concat(answer.Content.Headers).Where(static header => header.Key != "Date").Select(static header => $"{header.Key}: {string.Join(", ", header.Value)}").Order());

    [Theory]
    [InlineData("Grüße aus Köln.txt", "filename*=UTF-8''Gr%C3%BC%C3%9Fe%20aus%20K%C3%B6ln.txt")]
    [InlineData("a\r\nSet-Cookie: b=c.txt", "filename*=UTF-8''a%0D%0ASet-Cookie%3A%20b%3Dc.txt")]
    [InlineData("a\"; filename=\"b.exe", "filename*=UTF-8''a%22%3B%20filename%3D%22b.exe")]
    [InlineData("../../etc/passwd", "filename*=UTF-8''..%2F..%2Fetc%2Fpasswd")]
    public async Task a_name_is_data_in_the_header_whatever_is_in_it(string name, string inFull)
    {
        using var answer = await server.Fetch($"/v1/files/{await server.Checked(ada, Words, name)}/content", ada);
        Assert.Equal(200, (int)answer.StatusCode);
        Assert.EndsWith(inFull, Assert.Single(answer.Content.Headers.GetValues("Content-Disposition")), StringComparison.Ordinal);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task a_stranger_cannot_tell_a_file_from_none()
    {
        var (eve, file) = (await server.Person(), await server.Checked(ada, Words, "words.txt"));
        foreach (var path in new[] { "", "/content", "/content?variant=small" })
        {
            var (there, nowhere) = ((await eve.Get($"/v1/files/{file}{path}")).IsProblem(404, "file_not_found"), await eve.Get($"/v1/files/{Guid.NewGuid()}{path}"));
            Assert.Equal(Untraced(there), Untraced(nowhere));
        }
        (await eve.Post($"/v1/files/{file}/links")).IsProblem(404, "file_not_found");
        Assert.Equal(401, (int)(await server.Anybody().Send(HttpMethod.Get, $"/v1/files/{file}/content")).Status);
    }

    [Fact]
    public async Task a_member_has_it_as_long_as_the_message_may_be_seen_and_their_links_die_with_that()
    {
        var (bob, eve, file) = (await server.Person(), await server.Person(), await server.Checked(ada, Words, "words.txt"));
        var room = await ada.StartGroup(bob, eve);
        (await bob.Get($"/v1/files/{file}/content")).IsProblem(404, "file_not_found"); // not said yet

        var sent = (await ada.Post($"/v1/conversations/{room}/messages", new { clientMessageId = Guid.NewGuid(), text = "", attachments = new[] { file } })).Is(201);
        await Read(ada, room, sent);
        (await bob.Get($"/v1/files/{file}")).Is(200);
        var links = await Task.WhenAll(new[] { bob, eve }.Select(async person => (await person.Post($"/v1/files/{file}/links")).Is(200).Text("url")!));
        foreach (var link in links) Assert.Equal(200, await Status(link));

        await Read(ada, room, (await ada.Delete($"/v1/conversations/{room}/members/{bob.Id}")).Is(200));
        (await bob.Get($"/v1/files/{file}/content")).IsProblem(404, "file_not_found");
        Assert.Equal((404, 200), (await Status(links[0]), await Status(links[1])));

        await Read(ada, room, (await ada.Delete($"/v1/conversations/{room}/messages/{sent.Text("id")}")).Is(200));
        Assert.Equal(404, await Status(links[1]));
        (await eve.Get($"/v1/files/{file}")).IsProblem(404, "file_not_found");
    }

    [Fact]
    public async Task a_link_is_good_for_its_own_bytes_for_ten_minutes_and_for_nothing_else()
    {
        var (file, other, eve) = (await server.Checked(ada, Pictures.Png(), "a.png"), await server.Checked(ada, Words, "b"), await server.Person());
        var answer = (await ada.Post($"/v1/files/{file}/links?variant=small")).Is(200);
        var link = answer.Text("url")!;
        Assert.InRange(answer["expiresAt"].GetDateTimeOffset() - DateTimeOffset.UtcNow, TimeSpan.FromMinutes(9), TimeSpan.FromMinutes(10));
        using (var content = await server.Fetch(link)) Assert.Equal((200, "image/webp"), ((int)content.StatusCode, content.Content.Headers.ContentType!.MediaType));

        var expires = System.Web.HttpUtility.ParseQueryString(link.Split('?')[1])["expires"]!;
        foreach (var tampered in new[]
        {
            link.Replace("variant=small", "variant=large", StringComparison.Ordinal),
            link.Replace("variant=small&", "", StringComparison.Ordinal),
            link.Replace($"{file}", $"{other}", StringComparison.Ordinal),
            link.Replace($"{ada.Id}", $"{eve.Id}", StringComparison.Ordinal),
            link.Replace(expires, "99999999999", StringComparison.Ordinal),
            link[..^1],
            link + "!",
            link.Replace("/content", "", StringComparison.Ordinal),
        }) Assert.Equal((tampered, 401), (tampered, await Status(tampered)));

        var before = new FakeTimeProvider(DateTimeOffset.UtcNow - TimeSpan.FromMinutes(11));
        var old = new FileLinks(server.Get<MasterKey>(), before).Sign(new(ada.Id), new(file), null);
        Assert.Equal(401, await Status($"/v1/files/{file}/content{old.Query}"));
    }

    [Fact]
    public async Task what_is_not_ready_or_has_no_such_variant_is_refused()
    {
        var waiting = await server.Arrived(ada, Words, "waits");
        foreach (var path in new[] { "content", "content?variant=small" }) (await ada.Get($"/v1/files/{waiting}/{path}")).IsProblem(409, "file_not_ready");
        (await ada.Post($"/v1/files/{waiting}/links")).IsProblem(409, "file_not_ready");
        var rejected = await server.Checked(ada, Words, "words.png");
        (await ada.Get($"/v1/files/{rejected}/content")).IsProblem(422, "file_rejected");
        Assert.Equal("file_type_mismatch", (await ada.Get($"/v1/files/{rejected}")).Is(200).Text("why"));
        var (words, picture) = (await server.Checked(ada, Words, "words"), await server.Checked(ada, Pictures.Png(), "a.png"));
        (await ada.Get($"/v1/files/{words}/content?variant=small")).IsProblem(404, "file_variant_not_found");
        foreach (var variant in new[] { "huge", "Small", "original", "", "../small" })
            (await ada.Get($"/v1/files/{picture}/content?variant={Uri.EscapeDataString(variant)}")).IsProblem(404, "file_variant_not_found");
    }

    static void Guarded(HttpResponseMessage answer)
    {
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("sandbox; default-src 'none'", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")));
        Assert.Equal("same-site", Assert.Single(answer.Headers.GetValues("Cross-Origin-Resource-Policy")));
        Assert.Equal((true, true, false), (answer.Headers.CacheControl!.Private, answer.Headers.CacheControl.NoCache, answer.Headers.CacheControl.Public));
    }

    static string Untraced(Answer answer)
    {
        var body = JsonNode.Parse(answer.Body.GetRawText())!.AsObject();
        body.Remove("traceId");
        return $"{answer.Status} {body.ToJsonString()}";
    }

    static async Task Read(Person by, Guid room, Answer done) => (await by.Get($"/v1/conversations/{room}/messages?atLeast={done.Text("position")}")).Is(200);

    async Task<int> Status(string path)
    {
        using var answer = await server.Fetch(path);
        return (int)answer.StatusCode;
    }
}
