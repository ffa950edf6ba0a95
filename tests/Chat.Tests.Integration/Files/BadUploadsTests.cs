using Chat.Application.Files;
using Chat.Tests.Integration.Api;

namespace Chat.Tests.Integration.Files;

/// <summary>What a client does wrong is refused with a code of its own, before the body is read where the headers show it, and nothing is kept.</summary>
public sealed class BadUploadsTests(FilesServer server) : IClassFixture<FilesServer>
{
    public static TheoryData<string, string, int, string> Creations { get; } = new()
    {
        { "", Uploader.Metadata("a"), 400, "invalid_parameter" },
        { "many", Uploader.Metadata("a"), 400, "invalid_parameter" },
        { "-1", Uploader.Metadata("a"), 400, "invalid_parameter" },
        { "99999999999999999999", Uploader.Metadata("a"), 400, "invalid_parameter" },
        { "0", Uploader.Metadata("a"), 422, "file_empty" },
        { "1000001", Uploader.Metadata("a"), 413, "file_too_large" },
        { "500001", Uploader.Metadata("a", "image/png"), 413, "file_too_large" },
        { "500001", Uploader.Metadata("a", "IMAGE/PNG"), 413, "file_too_large" },
        { "10", "", 422, "file_name_invalid" },
        { "10", "filename", 422, "file_name_invalid" },
        { "10", "filename !!!", 400, "invalid_parameter" },
        { "10", "filename /w==", 400, "invalid_parameter" }, // no UTF-8
        { "10", "filename YQ==,filename Yg==", 400, "invalid_parameter" },
        { "10", "filename YQ== Yg==", 400, "invalid_parameter" },
        { "10", ",,", 400, "invalid_parameter" },
        { "10", Uploader.Metadata(new string('a', 300)), 422, "file_name_invalid" },
        { "10", Uploader.Metadata("a\0b"), 422, "file_name_invalid" },
        { "10", Uploader.Metadata("a\r\nSet-Cookie: b"), 422, "file_name_invalid" },
        { "10", Uploader.Metadata("\u001b[31m"), 422, "file_name_invalid" },
        { "10", Uploader.Metadata("photo\u202Egnp.exe"), 422, "file_name_invalid" },
        { "10", Uploader.Metadata("../../etc/passwd"), 422, "file_name_invalid" },
        { "10", Uploader.Metadata("..\\a"), 422, "file_name_invalid" },
        { "10", Uploader.Metadata(".."), 422, "file_name_invalid" },
        { "10", Uploader.Metadata(" \u200b"), 422, "file_name_invalid" },
        { "10", Uploader.Metadata("a", "no media type"), 422, "file_type_invalid" },
    };

    [Theory]
    [MemberData(nameof(Creations))]
    public async Task a_creation_that_is_wrong_is_refused_before_its_body_is_asked_for(string length, string metadata, int status, string code)
    {
        var ada = await server.Uploader();
        var body = new Watched(5_000);
        (await ada.Send(HttpMethod.Post, "/v1/uploads", body, ("Upload-Length", length), ("Upload-Metadata", metadata))).IsProblem(status, code);
        Assert.False(body.Asked);
        Assert.Equal((0, 0), await server.Kept(ada.Id));
    }

    [Theory]
    [InlineData("Tus-Resumable", "", 412, "tus_version_unsupported")]
    [InlineData("Tus-Resumable", "0.2.2", 412, "tus_version_unsupported")]
    [InlineData("Upload-Defer-Length", "1", 400, "invalid_parameter")]
    [InlineData("Upload-Length", "5", 413, "upload_too_long")]
    [InlineData("Upload-Checksum", "md5 AAAA", 400, "invalid_parameter")]
    [InlineData("Upload-Checksum", "sha1 AAAA", 400, "invalid_parameter")]
    [InlineData("Upload-Checksum", "sha256", 400, "invalid_parameter")]
    public async Task so_is_one_whose_other_headers_are_wrong(string name, string value, int status, string code)
    {
        var ada = await server.Uploader();
        var body = new Watched(5_000);
        var length = name == "Upload-Defer-Length" ? ("Upload-Length", "") : ("Upload-Length", "10000");
        var answer = (await ada.Send(HttpMethod.Post, "/v1/uploads", body, (name, value), length, ("Upload-Metadata", Uploader.Metadata("a")))).IsProblem(status, code);
        Assert.Equal("1.0.0", answer.Headers["Tus-Resumable"]);
        Assert.False(body.Asked);
        Assert.Equal((0, 0), await server.Kept(ada.Id));
    }

    [Theory]
    [InlineData("text/plain", "0", "", 5_000, 415, "unsupported_media_type")]
    [InlineData("application/offset+octet-stream", "", "", 5_000, 400, "invalid_parameter")]
    [InlineData("application/offset+octet-stream", "-1", "", 5_000, 400, "invalid_parameter")]
    [InlineData("application/offset+octet-stream", "0", "", 5_000, 409, "upload_offset_mismatch")]
    [InlineData("application/offset+octet-stream", "4", "", 5_000, 409, "upload_offset_mismatch")]
    [InlineData("application/offset+octet-stream", "6", "", 5_000, 409, "upload_offset_mismatch")]
    [InlineData("application/offset+octet-stream", "100001", "", 5_000, 409, "upload_offset_mismatch")]
    [InlineData("application/offset+octet-stream", "5", "", 99_996, 413, "upload_too_long")]
    [InlineData("application/offset+octet-stream", "5", "crc32 AAAA", 5_000, 400, "invalid_parameter")]
    public async Task a_piece_that_is_wrong_is_refused_before_it_is_asked_for(string type, string offset, string checksum, int bytes, int status, string code)
    {
        var ada = await server.Uploader();
        var path = await ada.Begin(100_000);
        (await ada.Append(path, 0, new byte[5])).Is(204);
        var body = new Watched(bytes, type);
        (await ada.Send(HttpMethod.Patch, path, body, ("Upload-Offset", offset), ("Upload-Checksum", checksum))).IsProblem(status, code);
        Assert.False(body.Asked);
        Assert.Equal(5, await ada.Offset(path));
    }

    [Fact]
    public async Task more_than_was_said_without_a_length_ends_the_upload()
    {
        var ada = await server.Uploader();
        var path = await ada.Begin(600_000);
        (await ada.Append(path, 0, new Piecewise(static body => body.WriteAsync(new byte[600_001]).AsTask()))).IsProblem(413, "upload_too_long");
        (await ada.Look(path)).Is(404);
        Assert.Equal((0, 0), await server.Kept(ada.Id));
        Assert.Equal(0, await server.Get<IBlobStore>().Received(new(Guid.Parse(path.Split('/')[^1])), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task the_quota_holds_exactly_however_many_begin_at_once()
    {
        const int size = 300_000;
        var ada = await server.Uploader();
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ =>
            ada.Send(HttpMethod.Post, "/v1/uploads", null, ("Upload-Length", $"{size}"), ("Upload-Metadata", Uploader.Metadata("a")))));
        foreach (var refused in answers.Where(static answer => (int)answer.Status != 201)) refused.IsProblem(413, "file_quota_exceeded");
        const int fit = FilesServer.Quota / size;
        Assert.Equal(fit, answers.Count(static answer => (int)answer.Status == 201));
        Assert.Equal((fit, fit * size), await server.Kept(ada.Id));

        (await ada.Send(HttpMethod.Delete, answers.First(static answer => (int)answer.Status == 201).Headers["Location"], null)).Is(204);
        await ada.Begin(size);
        Assert.Equal((fit, fit * size), await server.Kept(ada.Id));
    }
}
