using System.Text;
using Chat.Application.Files;
using Chat.Testing;
using Chat.Tests.Integration.Api;

namespace Chat.Tests.Integration.Files;

public sealed class FileCheckTests(ChatServer server) : IClassFixture<ChatServer>
{
    readonly Person ada = server.Ada;

    static CancellationToken Ct => ChatServer.Ct;

    [Fact]
    public async Task a_photograph_is_served_as_it_was_drawn_anew_and_nothing_else_of_it_is_kept()
    {
        var file = await server.Arrived(ada, Pictures.LyingPhoto(), "IMG_0001.jpg", "image/jpeg");
        await server.Ask(file);
        var ready = await ada.Settled(file);
        Assert.Equal(("ready", "image/jpeg", 40, 60), (ready.Text("state"), ready.Text("mediaType"), ready["image"].GetProperty("width").GetInt32(), ready["image"].GetProperty("height").GetInt32()));

        using var content = await server.Fetch($"/v1/files/{file}/content", ada);
        var bytes = await content.Content.ReadAsByteArrayAsync(Ct);
        Assert.Equal(ready["size"].GetInt64(), bytes.Length);
        Assert.DoesNotContain("Secret", Encoding.Latin1.GetString(bytes), StringComparison.Ordinal);
        foreach (var variant in ImageVariants.Sides.Keys)
        {
            using var copy = await server.Fetch($"/v1/files/{file}/content?variant={variant}", ada);
            Assert.Equal((200, "image/webp"), ((int)copy.StatusCode, copy.Content.Headers.ContentType!.MediaType));
            Assert.Same(ContentType.WebP, Sniffing.Of(await copy.Content.ReadAsByteArrayAsync(Ct)));
        }
        Assert.Null(await server.Get<IBlobStore>().Size(new(file), Ct));
    }

    [Fact]
    public async Task a_photograph_goes_from_one_persons_form_to_anothers_screen()
    {
        var bob = await server.Person();
        var room = await ada.StartGroup(bob);
        using var photo = new ByteArrayContent(Pictures.LyingPhoto());
        photo.Headers.ContentType = new("image/jpeg");
        using var form = new MultipartFormDataContent { { photo, "file", "IMG_0001.jpg" } };
        var file = (await ada.Post("/v1/files", form)).Is(201)["id"].GetGuid();
        Assert.Equal("ready", (await ada.Settled(file)).Text("state"));

        var sent = (await ada.Post($"/v1/conversations/{room}/messages", new { clientMessageId = Guid.NewGuid(), text = "", attachments = new[] { file } })).Is(201);
        var shown = (await bob.Get($"/v1/conversations/{room}/messages/{sent.Text("id")}?atLeast={sent.Text("position")}")).Is(200)["message"].GetProperty("attachments")[0];
        Assert.Equal((40, 60), (shown.GetProperty("image").GetProperty("width").GetInt32(), shown.GetProperty("image").GetProperty("height").GetInt32()));
        using var content = await server.Fetch($"/v1/files/{shown.GetProperty("id").GetGuid()}/content", bob);
        Assert.Equal(shown.GetProperty("size").GetInt64(), (await content.Content.ReadAsByteArrayAsync(Ct)).Length);
    }

    [Fact]
    public async Task what_cannot_be_drawn_fails_alone_and_the_queue_goes_on()
    {
        var (bomb, mismatch, after) = (
            await server.Arrived(ada, Pictures.Bomb(), "bomb.png"), await server.Arrived(ada, "<html>"u8.ToArray(), "page.png", "image/png"), await server.Arrived(ada, [1, 2, 3], "after"));
        foreach (var file in new[] { bomb, mismatch, after }) await server.Ask(file);
        Assert.Equal(("rejected", Rejections.ImageTooLarge), ((await ada.Settled(bomb)).Text("state"), (await ada.Settled(bomb)).Text("why")));
        Assert.Equal(("rejected", Rejections.TypeMismatch), ((await ada.Settled(mismatch)).Text("state"), (await ada.Settled(mismatch)).Text("why")));
        Assert.Equal("ready", (await ada.Settled(after)).Text("state"));
        Assert.Null(await server.Get<IBlobStore>().Size(new(bomb), Ct));
    }

    [Fact]
    public async Task equal_content_of_one_owner_shares_its_bytes_and_what_counts_is_what_is_served()
    {
        var owner = await server.Person();
        var photo = Pictures.LyingPhoto();
        var (first, second, words) = (await server.Checked(owner, photo, "1.jpg"), await server.Checked(owner, photo, "2.jpg"), await server.Checked(owner, [1, 2, 3], "3"));
        var rows = (First: await server.Row(first), Second: await server.Row(second), Words: await server.Row(words));
        Assert.Equal(rows.First.Blob, rows.Second.Blob);
        Assert.NotEqual(photo.Length, rows.First.Size);
        await using var usage = server.Database.Source.CreateCommand("select bytes from chat.file_usage where owner = $1");
        usage.Parameters.Add(new() { Value = owner.Id });
        Assert.Equal(rows.First.Size + rows.Second.Size + rows.Words.Size, await usage.ExecuteScalarAsync(Ct));
        using var shared = await server.Fetch($"/v1/files/{second}/content?variant=small", owner);
        Assert.Equal(200, (int)shared.StatusCode);
    }

    [Fact]
    public async Task two_at_once_with_equal_content_share_it_too()
    {
        var owner = await server.Person();
        var files = await Task.WhenAll(Enumerable.Range(0, 4).Select(number => server.Arrived(owner, [1, 2, 3], $"{number}")));
        await Task.WhenAll(files.Select(file => server.Get<FileCheck>().Run(new(file), Ct)));
        Assert.Single((await Task.WhenAll(files.Select(file => server.Row(file)))).Select(static row => row.Blob).Distinct());
    }

    [Fact]
    public async Task who_is_overdue_is_told_once()
    {
        var file = await server.Arrived(ada, [1], "waits");
        var checks = server.Get<IFileChecks>();
        Assert.Contains(new(file), await checks.TakeOverdue(TimeSpan.FromMinutes(2), Ct));
        Assert.DoesNotContain(new(file), await checks.TakeOverdue(TimeSpan.FromMinutes(2), Ct));
        Assert.Contains(new(file), await checks.TakeOverdue(TimeSpan.Zero, Ct));
    }

    [Fact]
    public async Task a_file_whose_message_was_lost_is_looked_at_after_all()
    {
        TestDatabase.SkipWithoutServer();
        await using var killed = new ChatServer();
        await killed.InitializeAsync();
        var owner = killed.Ada;
        var file = await killed.Arrived(owner, [1, 2, 3], "lost"); // and the node dies before it says so
        await killed.Restart();
        Assert.Equal("ready", (await (await Person.LogIn(killed, owner.Username)).Settled(file)).Text("state"));
    }
}
