using Chat.Application.Files;
using Chat.Domain.Conversations;
using Chat.Testing;

namespace Chat.Tests.Integration.Api;

public sealed class AttachmentTests(ChatServer server) : IClassFixture<ChatServer>
{
    static readonly ImageShape Shape = new(640, 480, "#a0b1c2");

    readonly Person ada = server.Ada;

    async Task<Guid> Uploaded(FileState state = FileState.Ready, ImageShape? image = null, Person? by = null)
    {
        var file = Guid.NewGuid();
        await UploadedFiles.Add(server.Database, new((by ?? ada).Id), new(new(file), "Grüße.png", image is null ? "application/pdf" : "image/png", 1_234, image), state);
        return file;
    }

    Task<Answer> Send(Guid conversation, string text, Guid[] attachments, Guid? clientMessageId = null) =>
        ada.Post($"/v1/conversations/{conversation}/messages", new { clientMessageId = clientMessageId ?? Guid.NewGuid(), text, attachments });

    [Fact]
    public async Task files_are_shown_with_their_message_until_it_is_deleted()
    {
        var room = await ada.StartGroup();
        var (photo, paper) = (await Uploaded(image: Shape), await Uploaded());
        var sent = (await Send(room, "", [photo, paper])).Is(201);
        var path = $"/v1/conversations/{room}/messages/{sent.Text("id")}";

        var message = (await ada.Get($"{path}?atLeast={sent.Text("position")}")).Is(200)["message"];
        Assert.Equal(("file", ""), (message.GetProperty("type").GetString(), message.GetProperty("text").GetString()));
        Assert.Equal(
            $$$"""
            [{"id":"{{{photo}}}","name":"Grüße.png","mediaType":"image/png","size":1234,"image":{"width":640,"height":480,"color":"#a0b1c2"}},
            {"id":"{{{paper}}}","name":"Grüße.png","mediaType":"application/pdf","size":1234}]
            """.ReplaceLineEndings(""),
            System.Text.RegularExpressions.Regex.Unescape(message.GetProperty("attachments").GetRawText()));

        var deleted = (await ada.Delete(path)).Is(200);
        var gone = (await ada.Get($"{path}?atLeast={deleted.Text("position")}")).Is(200)["message"];
        Assert.Empty(gone.GetProperty("attachments").EnumerateArray());
        Assert.False(gone.TryGetProperty("type", out _));
    }

    [Fact]
    public async Task the_inbox_says_what_a_message_without_text_is()
    {
        var room = await ada.StartGroup();
        var sent = (await Send(room, "", [await Uploaded(image: Shape)])).Is(201);
        var item = (await ada.Get($"/v1/inbox?atLeast={sent.Text("position")}")).Is(200)["items"].EnumerateArray().Single(item => item.GetProperty("conversationId").GetGuid() == room);
        var last = item.GetProperty("lastMessage");
        Assert.Equal(("", "image"), (last.GetProperty("text").GetString(), last.GetProperty("type").GetString()));
    }

    [Fact]
    public async Task a_message_sent_again_is_the_first_one_even_when_its_files_are_gone()
    {
        var (room, file, id) = (await ada.StartGroup(), await Uploaded(), Guid.NewGuid());
        var first = (await Send(room, "look", [file], id)).Is(201);
        Assert.Equal(first.Text("id"), (await Send(room, "look", [file], id)).Is(200).Text("id"));
        await server.Database.Execute($"delete from chat.files where id = '{file}'");
        Assert.Equal(first.Text("id"), (await Send(room, "look", [file], id)).Is(200).Text("id"));
        (await Send(room, "look", [await Uploaded()], id)).IsProblem(409, "client_message_id_reused");
    }

    [Fact]
    public async Task a_file_goes_into_one_message_however_many_want_it_at_once()
    {
        var (room, file) = (await ada.StartGroup(), await Uploaded());
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Send(room, $"{i}", [file])));
        Assert.Single(answers, static answer => answer.Status == System.Net.HttpStatusCode.Created);
        Assert.All(answers.Where(static answer => answer.Status != System.Net.HttpStatusCode.Created), static answer => answer.IsProblem(409, "file_already_sent"));
    }

    [Fact]
    public async Task a_refused_message_leaves_its_files_free()
    {
        var (room, file) = (await ada.StartGroup(), await Uploaded());
        (await Send(room, " ", [file])).IsProblem(422, "text_empty");
        (await Send(Guid.NewGuid(), "", [file])).IsProblem(404, "conversation_not_found");
        (await Send(room, "", [file])).Is(201);
    }

    [Theory]
    [InlineData(FileState.Uploading, 409, "file_not_ready")]
    [InlineData(FileState.Checking, 409, "file_not_ready")]
    [InlineData(FileState.Rejected, 422, "file_rejected")]
    public async Task only_what_is_ready_is_sent(FileState state, int status, string code) =>
        (await Send(await ada.StartGroup(), "look", [await Uploaded(state)])).IsProblem(status, code);

    [Fact]
    public async Task what_is_not_there_or_somebody_elses_is_not_found()
    {
        var room = await ada.StartGroup();
        (await Send(room, "look", [Guid.NewGuid()])).IsProblem(404, "file_not_found");
        (await Send(room, "look", [await Uploaded(by: await server.Person())])).IsProblem(404, "file_not_found");
    }

    [Fact]
    public async Task eleven_files_or_one_twice_are_refused()
    {
        var (room, file) = (await ada.StartGroup(), await Uploaded());
        (await Send(room, "", [.. Enumerable.Range(0, 11).Select(static _ => Guid.NewGuid())])).IsProblem(422, "too_many_attachments");
        (await Send(room, "", [file, file])).IsProblem(422, "attachment_repeated");
    }
}
