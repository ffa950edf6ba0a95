using System.Net;
using System.Security.Cryptography;
using Chat.Application.Files;
using Chat.Infrastructure.Files;
using Chat.Tests.Integration.Api;

namespace Chat.Tests.Integration.Files;

public sealed class TusTests(FilesServer server) : IClassFixture<FilesServer>
{
    const int Size = 900_000;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task what_is_spoken_is_said_to_anybody_who_asks()
    {
        var answer = (await server.Anybody().Send(HttpMethod.Options, "/v1/uploads")).Is(204);
        Assert.Equal("1.0.0", answer.Headers["Tus-Version"]);
        Assert.Equal("creation,creation-with-upload,expiration,checksum,termination", answer.Headers["Tus-Extension"]);
        Assert.Equal("sha1,sha256", answer.Headers["Tus-Checksum-Algorithm"]);
        Assert.Equal($"{FilesServer.MaxFileBytes}", answer.Headers["Tus-Max-Size"]);
    }

    [Fact]
    public async Task an_upload_in_pieces_becomes_a_file_that_is_looked_at()
    {
        var ada = await server.Uploader();
        var bytes = RandomNumberGenerator.GetBytes(Size);
        var path = await ada.Begin(Size, "Ferien – 1.txt");
        Assert.Equal(0, await ada.Offset(path));

        var first = (await ada.Append(path, 0, bytes[..400_000])).Is(204);
        Assert.Equal("400000", first.Headers["Upload-Offset"]);
        Assert.Equal("1.0.0", first.Headers["Tus-Resumable"]);
        Assert.True(DateTimeOffset.Parse(first.Headers["Upload-Expires"], System.Globalization.CultureInfo.InvariantCulture) > DateTimeOffset.UtcNow.AddHours(23));
        var looked = (await ada.Look(path)).Is(200);
        Assert.Equal(["400000", $"{Size}", Uploader.Metadata("Ferien – 1.txt")], [looked.Headers["Upload-Offset"], looked.Headers["Upload-Length"], looked.Headers["Upload-Metadata"]]);

        Assert.Equal($"{Size}", (await ada.Append(path, 400_000, bytes[400_000..])).Is(204).Headers["Upload-Offset"]);
        await AssertIsFile(ada, path, bytes);
    }

    [Theory]
    [InlineData(Size)]
    [InlineData(10)]
    public async Task it_can_be_created_with_its_first_bytes(int first)
    {
        var ada = await server.Uploader();
        var bytes = RandomNumberGenerator.GetBytes(Size);
        var answer = (await ada.Send(HttpMethod.Post, "/v1/uploads", Content(bytes[..first]), ("Upload-Length", $"{Size}"), ("Upload-Metadata", Uploader.Metadata("a")))).Is(201);
        Assert.Equal($"{first}", answer.Headers["Upload-Offset"]);
        if (first < Size) (await ada.Append(answer.Headers["Location"], first, bytes[first..])).Is(204);
        await AssertIsFile(ada, answer.Headers["Location"], bytes);
    }

    [Fact]
    public async Task finished_twice_is_answered_the_same_and_changes_nothing()
    {
        var ada = await server.Uploader();
        var path = await ada.Begin(3);
        var (first, again) = ((await ada.Append(path, 0, [1, 2, 3])).Is(204), (await ada.Append(path, 3, [])).Is(204));
        Assert.Equal(first.Headers["Upload-Offset"], again.Headers["Upload-Offset"]);
        (await ada.Append(path, 0, [1, 2, 3])).IsProblem(409, "upload_offset_mismatch");
        (await ada.Append(path, 3, [4])).IsProblem(413, "upload_too_long");
        Assert.Equal(3, await ada.Offset(path));
        await AssertIsFile(ada, path, [1, 2, 3]);
    }

    [Theory]
    [InlineData("sha1")]
    [InlineData("sha256")]
    public async Task a_wrong_checksum_keeps_nothing_of_that_piece_and_a_right_one_all(string algorithm)
    {
        var ada = await server.Uploader();
        var bytes = RandomNumberGenerator.GetBytes(Size);
        var path = await ada.Begin(Size);
        (await ada.Append(path, 0, bytes[..100_000], Checksum(algorithm, bytes[..100_000]))).Is(204);
        (await ada.Append(path, 100_000, bytes[100_000..], Checksum(algorithm, bytes))).IsProblem(460, "checksum_mismatch");
        Assert.Equal(100_000, await ada.Offset(path));
        (await ada.Append(path, 100_000, bytes[100_000..], Checksum(algorithm, bytes[100_000..]))).Is(204);
        await AssertIsFile(ada, path, bytes);
    }

    [Fact]
    public async Task when_the_client_is_gone_in_the_middle_it_goes_on_from_what_came()
    {
        var ada = await server.Uploader();
        var bytes = RandomNumberGenerator.GetBytes(Size);
        var path = await ada.Begin(Size);
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var sending = ada.Send(HttpMethod.Patch, path, Typed(new Piecewise(async body =>
        {
            await body.WriteAsync(bytes.AsMemory(0, 500_000), Ct);
            await body.FlushAsync(Ct);
            await Task.Delay(Timeout.Infinite, gone.Token);
        })), gone.Token, ("Upload-Offset", "0"));
        await Until(async () => await ada.Offset(path) >= 500_000 || sending.IsCompleted);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);

        // until the server has seen that the client is gone, it is the one that writes
        await Until(async () => (await ada.Append(path, 500_000, bytes[500_000..])).Status == HttpStatusCode.NoContent);
        await AssertIsFile(ada, path, bytes);
    }

    [Fact]
    public async Task one_request_writes_at_a_time()
    {
        var ada = await server.Uploader();
        var path = await ada.Begin(4);
        var go = new TaskCompletionSource();
        var first = ada.Append(path, 0, new Piecewise(async body =>
        {
            await body.WriteAsync(new byte[] { 1, 2 }, Ct);
            await body.FlushAsync(Ct);
            await go.Task;
            await body.WriteAsync(new byte[] { 3, 4 }, Ct);
        }));
        await Until(async () => await ada.Offset(path) >= 2);

        var second = (await ada.Append(path, 2, [9, 9])).IsProblem(423, "upload_busy");
        Assert.NotEmpty(second.Headers["Retry-After"]);
        (await ada.Send(HttpMethod.Delete, path, null)).IsProblem(423, "upload_busy");
        go.SetResult();
        (await first).Is(204);
        await AssertIsFile(ada, path, [1, 2, 3, 4]);
    }

    [Fact]
    public async Task a_process_that_was_killed_before_it_noted_the_end_is_made_good_by_whoever_asks()
    {
        var ada = await server.Uploader();
        var path = await ada.Begin(3);
        await server.Get<IBlobStore>().Append(new(Id(path)), 0, new MemoryStream([1, 2, 3]), Ct);
        Assert.Equal(FileState.Uploading, (await server.Find(Id(path), ada.Id))!.State);
        Assert.Equal(3, await ada.Offset(path));
        await AssertIsFile(ada, path, [1, 2, 3]);
    }

    [Fact]
    public async Task an_ended_upload_is_gone_with_its_bytes()
    {
        var ada = await server.Uploader();
        var (begun, finished) = (await ada.Begin(Size), await ada.Begin(3));
        await ada.Append(begun, 0, new byte[1_000]);
        await ada.Append(finished, 0, [1, 2, 3]);
        foreach (var path in (string[])[begun, finished])
        {
            (await ada.Send(HttpMethod.Delete, path, null)).Is(204);
            (await ada.Look(path)).Is(404);
            (await ada.Append(path, 0, [1])).IsProblem(404, "upload_not_found");
            (await ada.Send(HttpMethod.Delete, path, null)).IsProblem(404, "upload_not_found");
            Assert.Equal(0, await server.Get<IBlobStore>().Received(new(Id(path)), Ct));
        }
        Assert.Equal((0, 0), await server.Kept(ada.Id));
    }

    [Fact]
    public async Task what_a_message_refers_to_cannot_be_removed()
    {
        var ada = await server.Uploader();
        var path = await ada.Begin(3);
        await ada.Append(path, 0, [1, 2, 3]);
        await server.Database.Execute($"update chat.files set claim_conversation = gen_random_uuid(), claim_client_message = gen_random_uuid(), claims = 1 where id = '{Id(path)}'");
        (await ada.Send(HttpMethod.Delete, path, null)).IsProblem(409, "file_already_sent");
        await AssertIsFile(ada, path, [1, 2, 3]);
    }

    [Fact]
    public async Task uploads_of_others_are_as_if_they_were_not_there()
    {
        var (ada, eve) = (await server.Uploader(), await server.Uploader());
        var path = await ada.Begin(3);
        foreach (var foreign in (string[])[path, $"/v1/uploads/{Guid.NewGuid()}"])
        {
            (await eve.Look(foreign)).Is(404);
            (await eve.Append(foreign, 0, [1, 2, 3])).IsProblem(404, "upload_not_found");
            (await eve.Send(HttpMethod.Delete, foreign, null)).IsProblem(404, "upload_not_found");
        }
        (await server.Anybody().Send(HttpMethod.Head, path)).Is(401);
        Assert.Equal(0, await ada.Offset(path));
    }

    [Fact]
    public async Task what_was_not_finished_in_its_time_is_removed()
    {
        var ada = await server.Uploader();
        var (late, intime) = (await ada.Begin(Size), await ada.Begin(1_000));
        await ada.Append(late, 0, new byte[10]);
        await server.Database.Execute($"update chat.files set expires_at = now() - interval '1 second' where id = '{Id(late)}'");
        (await ada.Look(late)).Is(404);
        (await ada.Append(late, 10, [1])).IsProblem(404, "upload_not_found");

        await server.Get<FilesSweep>().Sweep(Ct);
        Assert.Equal((1, 1_000), await server.Kept(ada.Id));
        Assert.Equal(0, await server.Get<IBlobStore>().Received(new(Id(late)), Ct));
        Assert.Equal(0, await ada.Offset(intime));
    }

    static async Task Until(Func<Task<bool>> condition)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        while (!await condition()) patience.Token.ThrowIfCancellationRequested();
    }

    async Task AssertIsFile(Uploader owner, string path, byte[] bytes)
    {
        var file = await server.Find(Id(path), owner.Id);
        Assert.NotEqual(FileState.Uploading, file!.State);
        Assert.Equal([file.Size, file.Received], [bytes.Length, bytes.Length]);
        var kept = await server.Content(file.Blob.Value);
        Assert.True(bytes.AsSpan().SequenceEqual(kept));
    }

    static Guid Id(string path) => Guid.Parse(path.Split('/')[^1]);

    static ByteArrayContent Content(byte[] bytes) => Typed(new ByteArrayContent(bytes));

    static T Typed<T>(T content) where T : HttpContent
    {
        content.Headers.ContentType = new("application/offset+octet-stream");
        return content;
    }

    static string Checksum(string algorithm, byte[] bytes) =>
        $"{algorithm} {Convert.ToBase64String(CryptographicOperations.HashData(new(algorithm.ToUpperInvariant()), bytes))}";
}
