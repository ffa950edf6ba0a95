using System.Text;
using Chat.Application.Files;
using Chat.Tests.Integration.Api;

namespace Chat.Tests.Integration.Files;

public sealed class SmallFileTests(FilesServer server) : IClassFixture<FilesServer>
{
    [Fact]
    public async Task a_form_with_a_file_becomes_one_that_is_looked_at()
    {
        var ada = await server.Person();
        var bytes = Enumerable.Range(0, 400_000).Select(static i => (byte)i).ToArray();
        var answer = (await ada.Post("/v1/files", new MultipartFormDataContent { { new ByteArrayContent(bytes) { Headers = { ContentType = new("text/plain") } }, "file", "Füße.txt" } })).Is(201);
        Assert.Equal(["Füße.txt", "checking"], [answer.Text("name")!, answer.Text("state")!]);
        Assert.Equal(bytes.Length, answer["size"].GetInt64());
        Assert.Equal($"/v1/files/{answer["id"]}", answer.Headers["Location"]);

        var file = await server.Find(answer["id"].GetGuid(), ada.Id);
        Assert.NotEqual(FileState.Uploading, file!.State);
        Assert.Equal("text/plain", file.DeclaredType);
        Assert.Equal(bytes, await server.Content(file.Blob.Value));
    }

    public static TheoryData<string, string, int, string> Bad { get; } = new()
    {
        { "application/json", "{}", 415, "unsupported_media_type" },
        { "multipart/form-data", "--b--\r\n", 415, "unsupported_media_type" },
        { $"multipart/form-data; boundary={new string('b', 71)}", "", 415, "unsupported_media_type" },
        { "multipart/form-data; boundary=b", "", 400, "multipart_invalid" },
        { "multipart/form-data; boundary=b", "--b--\r\n", 400, "multipart_invalid" },
        { "multipart/form-data; boundary=b", Part("name=f; filename=a") + "abc", 400, "multipart_invalid" }, // cut off
        { "multipart/form-data; boundary=b", Part("name=f") + "abc\r\n--b--\r\n", 400, "multipart_invalid" }, // no file
        { "multipart/form-data; boundary=b", Part("name=f; filename=a") + "abc\r\n" + Part("name=g; filename=b") + "d\r\n--b--\r\n", 400, "multipart_invalid" },
        { "multipart/form-data; boundary=b", "--b\r\n" + new string('h', 20_000) + ": x\r\n\r\nabc\r\n--b--\r\n", 400, "multipart_invalid" },
        { "multipart/form-data; boundary=b", Part("name=f; filename=a") + "\r\n--b--\r\n", 422, "file_empty" },
        { "multipart/form-data; boundary=b", Part("name=f; filename=\"../a\"") + "abc\r\n--b--\r\n", 422, "file_name_invalid" },
        { "multipart/form-data; boundary=b", Part("name=f; filename=a") + new string('x', FilesServer.MaxFileBytes + 1) + "\r\n--b--\r\n", 413, "file_too_large" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task a_form_that_is_wrong_is_refused_and_nothing_is_kept(string type, string body, int status, string code)
    {
        var ada = await server.Person();
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        (await ada.Post("/v1/files", content)).IsProblem(status, code);
        Assert.Equal((0, 0), await server.Kept(ada.Id));
    }

    [Fact]
    public async Task what_is_too_large_for_one_request_is_refused_with_and_without_a_length()
    {
        const int tooMuch = 9 * 1024 * 1024;
        var ada = await server.Uploader();
        var body = new Watched(tooMuch, "multipart/form-data; boundary=b");
        (await ada.Send(HttpMethod.Post, "/v1/files", body)).IsProblem(413, "file_too_large");
        Assert.False(body.Asked);
        var piecewise = new Piecewise(static async stream =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(Part("name=f; filename=a")));
            await stream.WriteAsync(new byte[tooMuch]);
        });
        piecewise.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=b");
        (await ada.Send(HttpMethod.Post, "/v1/files", piecewise)).Is(413);
        Assert.Equal((0, 0), await server.Kept(ada.Id));
    }

    [Fact]
    public async Task a_folder_takes_nothing_past_the_server_and_says_so()
    {
        var ada = await server.Person();
        (await ada.Post("/v1/files/direct", new { name = "a", size = 3, sha256 = new byte[32] })).IsProblem(409, "direct_upload_unavailable");
        (await ada.Post($"/v1/files/direct/{Guid.NewGuid()}/complete")).IsProblem(409, "direct_upload_unavailable");
        (await ada.Delete($"/v1/files/direct/{Guid.NewGuid()}")).IsProblem(409, "direct_upload_unavailable");
        Assert.Equal((0, 0), await server.Kept(ada.Id));
    }

    static string Part(string disposition) => $"--b\r\nContent-Disposition: form-data; {disposition}\r\n\r\n";
}
