using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Chat.Application.Files;
using Chat.Infrastructure.Files;
using Chat.Testing;
using Chat.Tests.Integration.Api;

namespace Chat.Tests.Integration.Files;

/// <summary>Uploads past the server, into a real S3 server, with what clients do wrong.</summary>
public sealed class DirectUploadTests(S3FilesServer s3) : IClassFixture<S3FilesServer>, IDisposable
{
    static readonly byte[] Words = "words that go past the server"u8.ToArray();

    readonly HttpClient client = new();

    static CancellationToken Ct => ChatServer.Ct;

    S3FilesServer Server
    {
        get
        {
            TestS3.SharedOrSkip();
            return s3;
        }
    }

    public void Dispose() => client.Dispose();

    [Fact]
    public async Task what_a_client_puts_into_the_store_becomes_a_file_like_any_other()
    {
        var ada = await Server.Person();
        var photo = Pictures.LyingPhoto();
        var begun = await Begin(ada, photo, "IMG_0001.jpg", "image/jpeg");
        Assert.Equal($"/v1/files/{begun["id"]}", begun.Headers["Location"]);
        Assert.InRange(begun["expiresAt"].GetDateTimeOffset() - DateTimeOffset.UtcNow, TimeSpan.FromMinutes(14), TimeSpan.FromMinutes(15));
        Assert.Equal((1, photo.Length), await s3.Kept(ada.Id));
        Assert.Equal(HttpStatusCode.OK, await Put(begun, photo));

        var completed = (await Complete(ada, begun)).Is(200);
        Assert.Equal(["IMG_0001.jpg", "checking"], [completed.Text("name")!, completed.Text("state")!]);
        var ready = await ada.Settled(Id(begun));
        Assert.Equal(("ready", 40), (ready.Text("state"), ready["image"].GetProperty("width").GetInt32()));
        using var link = await s3.Fetch($"/v1/files/{Id(begun)}/content", ada);
        Assert.Equal(ready["size"].GetInt64(), (await client.GetByteArrayAsync(link.Headers.Location, Ct)).Length);
        Assert.Equal((1, ready["size"].GetInt64()), await s3.Kept(ada.Id));
        Assert.Equal([$"staged/{Id(begun):N}"], await s3.Objects(Id(begun))); // empty, until the address is dead
    }

    [Fact]
    public async Task completing_it_again_answers_the_same_and_what_is_put_afterwards_changes_nothing()
    {
        var ada = await Server.Person();
        var begun = await Begin(ada, Words);
        await Put(begun, Words);
        (await Complete(ada, begun)).Is(200);
        await ada.Settled(Id(begun));
        Assert.Equal("ready", (await Complete(ada, begun)).Is(200).Text("state"));

        Assert.Equal(HttpStatusCode.PreconditionFailed, await Put(begun, Words));
        await s3.Smuggle(Id(begun), "others that go past the check"u8.ToArray());
        (await Complete(ada, begun)).Is(200);
        Assert.Equal(Words, await s3.Content(Id(begun)));
    }

    [Fact]
    public async Task while_nothing_has_come_it_cannot_be_completed_and_can_be_later()
    {
        var ada = await Server.Person();
        var begun = await Begin(ada, Words);
        (await Complete(ada, begun)).IsProblem(409, "upload_not_arrived");
        Assert.NotEqual(HttpStatusCode.OK, await Put(begun, Words[1..]));
        Assert.NotEqual(HttpStatusCode.OK, await Put(begun, [.. Words.Reverse()]));
        (await Complete(ada, begun)).IsProblem(409, "upload_not_arrived");
        Assert.Equal(HttpStatusCode.OK, await Put(begun, Words));
        (await Complete(ada, begun)).Is(200);
    }

    [Fact]
    public async Task bytes_of_another_size_end_the_upload_whatever_let_them_in()
    {
        var ada = await Server.Person();
        var begun = await Begin(ada, Words);
        await s3.Smuggle(Id(begun), Words[1..]);
        (await Complete(ada, begun)).IsProblem(422, "upload_size_mismatch");
        Assert.Equal((0, 0), await s3.Kept(ada.Id));
        (await Complete(ada, begun)).IsProblem(404, "upload_not_found");
        Assert.Equal(HttpStatusCode.PreconditionFailed, await Put(begun, Words));
    }

    [Fact]
    public async Task bytes_that_hash_to_something_else_are_rejected_and_deleted()
    {
        var ada = await Server.Person();
        var begun = await Begin(ada, Words);
        await s3.Smuggle(Id(begun), [.. Words.Reverse()]);
        (await Complete(ada, begun)).Is(200);
        var rejected = await ada.Settled(Id(begun));
        Assert.Equal(("rejected", Rejections.ChecksumMismatch), (rejected.Text("state"), rejected.Text("why")));
        (await ada.Get($"/v1/files/{Id(begun)}/content")).IsProblem(422, "file_rejected");
        while (await s3.Content(Id(begun)) is not null) await Task.Delay(20, Ct);
    }

    [Fact]
    public async Task those_of_others_are_as_if_they_were_not_there_and_none_goes_on_by_tus()
    {
        var (ada, eve, tus) = (await Server.Person(), await s3.Person(), await s3.Uploader());
        var begun = await Begin(ada, Words);
        await Put(begun, Words);
        foreach (var foreign in new[] { Id(begun), Guid.NewGuid() })
        {
            (await eve.Post($"/v1/files/direct/{foreign}/complete")).IsProblem(404, "upload_not_found");
            (await eve.Delete($"/v1/files/direct/{foreign}")).IsProblem(404, "upload_not_found");
        }
        var resumable = (await tus.Begin(5)).Split('/')[^1];
        (await tus.Send(HttpMethod.Post, $"/v1/files/direct/{resumable}/complete", null)).IsProblem(404, "upload_not_found");
        (await tus.Send(HttpMethod.Delete, $"/v1/files/direct/{resumable}", null)).IsProblem(404, "upload_not_found");
        (await new Uploader(s3.Anybody(), ada).Append($"/v1/uploads/{Id(begun)}", 0, [1])).IsProblem(404, "upload_not_found");
        Assert.Equal(401, (int)(await s3.Anybody().Send(HttpMethod.Post, $"/v1/files/direct/{Id(begun)}/complete")).Status);
        (await Complete(ada, begun)).Is(200);
    }

    [Fact]
    public async Task one_that_is_ended_takes_no_more_bytes_and_counts_for_nothing()
    {
        var ada = await Server.Person();
        var (empty, put) = (await Begin(ada, Words), await Begin(ada, Words));
        await Put(put, Words);
        foreach (var begun in new[] { empty, put })
        {
            (await ada.Delete($"/v1/files/direct/{Id(begun)}")).Is(204);
            (await ada.Delete($"/v1/files/direct/{Id(begun)}")).IsProblem(404, "upload_not_found");
            Assert.Equal(HttpStatusCode.PreconditionFailed, await Put(begun, Words));
        }
        Assert.Equal((0, 0), await s3.Kept(ada.Id));
    }

    [Fact]
    public async Task one_that_was_not_completed_in_its_time_is_removed_with_its_bytes()
    {
        var ada = await Server.Person();
        var (late, intime) = (await Begin(ada, Words), await Begin(ada, Words));
        foreach (var begun in new[] { late, intime }) await Put(begun, Words);
        await s3.Database.Execute($"update chat.files set expires_at = now() - interval '1 second' where id = '{Id(late)}'");
        (await Complete(ada, late)).IsProblem(404, "upload_not_found");
        (await ada.Delete($"/v1/files/direct/{Id(late)}")).IsProblem(404, "upload_not_found");

        await s3.Get<FilesSweep>().Sweep(Ct);
        Assert.Equal((1, Words.Length), await s3.Kept(ada.Id));
        Assert.Equal(HttpStatusCode.PreconditionFailed, await Put(late, Words)); // the address lives in this test
        await s3.Database.Execute($"update chat.direct_uploads set until = now() - interval '1 second' where file = '{Id(late)}'");
        await s3.Get<FilesSweep>().Sweep(Ct);
        Assert.Empty(await s3.Objects(Id(late)));
        Assert.Equal([$"staged/{Id(intime):N}"], await s3.Objects(Id(intime)));
        (await Complete(ada, intime)).Is(200);
    }

    [Fact]
    public async Task what_comes_after_its_user_was_erased_is_removed_when_the_address_is_dead()
    {
        var ada = await Server.Person();
        var begun = await Begin(ada, Words);
        await s3.Get<IPersonalFiles>().RemoveAllOf(new(ada.Id), Ct);
        Assert.Equal(HttpStatusCode.OK, await Put(begun, Words));
        await s3.Database.Execute($"update chat.direct_uploads set until = now() - interval '1 second' where file = '{Id(begun)}'");
        await s3.Get<FilesSweep>().Sweep(Ct);
        Assert.Empty(await s3.Objects(Id(begun)));
    }

    [Fact]
    public async Task the_quota_holds_exactly_however_many_begin_at_once()
    {
        const int size = 400_000, fit = FilesServer.Quota / size;
        var ada = await Server.Person();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ada.Post("/v1/files/direct", Body(Request("a", size)))));
        foreach (var refused in answers.Where(static answer => (int)answer.Status != 201)) refused.IsProblem(413, "file_quota_exceeded");
        Assert.Equal((fit, fit * size), await s3.Kept(ada.Id));
    }

    public static TheoryData<string, int, string> Bad { get; } = new()
    {
        { Json(new { name = "a", size = 3 }), 400, "missing_field" },
        { Json(new { name = "a", sha256 = Hash }), 400, "missing_field" },
        { Json(new { size = 3, sha256 = Hash }), 400, "missing_field" },
        { Json(new { name = "a", size = 3, sha256 = "no base64!" }), 400, "invalid_json" },
        { Json(new { name = "a", size = 3.5, sha256 = Hash }), 400, "invalid_json" },
        { Json(new { name = "a", size = 3, sha256 = Hash, more = 1 }), 400, "unknown_field" },
        { Request("a", 3, "AAAA"), 422, "file_checksum_invalid" },
        { Request("a", 3, ""), 422, "file_checksum_invalid" },
        { Request("a", 0), 422, "file_empty" },
        { Request("a", -1), 422, "file_empty" },
        { Request("a", FilesServer.MaxFileBytes + 1), 413, "file_too_large" },
        { Request("a", long.MaxValue), 413, "file_too_large" },
        { Json(new { name = "a", size = FilesServer.MaxImageBytes + 1, sha256 = Hash, type = "image/png" }), 413, "file_too_large" },
        { Json(new { name = "a", size = 3, sha256 = Hash, type = "no media type" }), 422, "file_type_invalid" },
        { Request("../../etc/passwd", 3), 422, "file_name_invalid" },
        { Request("a\0b", 3), 422, "file_name_invalid" },
        { Request(new string('a', 300), 3), 422, "file_name_invalid" },
        { Request("", 3), 422, "file_name_invalid" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task one_that_is_wrong_is_refused_and_nothing_is_kept(string request, int status, string code)
    {
        var ada = await Server.Person();
        (await ada.Post("/v1/files/direct", Body(request))).IsProblem(status, code);
        Assert.Equal((0, 0), await s3.Kept(ada.Id));
    }

    static string Hash => Convert.ToBase64String(SHA256.HashData(Words));

    static string Request(string name, long size, string? sha256 = null) => Json(new { name, size, sha256 = sha256 ?? Hash });

    static string Json<T>(T request) => JsonSerializer.Serialize(request);

    static StringContent Body(string json) => new(json, Encoding.UTF8, "application/json");

    static async Task<Answer> Begin(Person owner, byte[] content, string name = "words.txt", string? type = null) =>
        (await owner.Post("/v1/files/direct", new { name, size = content.Length, sha256 = SHA256.HashData(content), type })).Is(201);

    static Task<Answer> Complete(Person owner, Answer begun) => owner.Post($"/v1/files/direct/{begun["id"]}/complete");

    static Guid Id(Answer begun) => begun["id"].GetGuid();

    async Task<HttpStatusCode> Put(Answer begun, byte[] content)
    {
        using var request = new HttpRequestMessage(new(begun.Text("method")!), begun.Text("url")) { Content = new ByteArrayContent(content) };
        foreach (var header in begun["headers"].EnumerateObject().Where(static header => header.Name != "Content-Length")) // of the content itself
            Assert.True(request.Headers.TryAddWithoutValidation(header.Name, header.Value.GetString()));
        using var answer = await client.SendAsync(request, Ct);
        return answer.StatusCode;
    }
}
