using Chat.Domain;
using Chat.Domain.Conversations;

namespace Chat.Tests.Unit.Conversations;

public sealed class AttachingSpecs : Spec
{
    static readonly Refusal Taken = new("file_already_sent", RefusalKind.Conflict, "");

    [Fact]
    public void a_message_carries_its_files() => Assert.Equal([Photo(), Paper()], GivenGroup().When(SendFiles(Cat, "look", Photo(), Paper())).Then<MessageSent>().Attachments!);

    [Fact]
    public void a_message_without_files_stores_none() => Assert.Null(GivenGroup().When(Send(Cat)).Then<MessageSent>().Attachments);

    [Fact]
    public void with_a_file_there_need_be_no_text() => GivenGroup().When(SendFiles(Cat, "", Photo())).Then<MessageSent>();

    [Theory]
    [InlineData(" ")]
    [InlineData("\u200b")]
    public void a_text_that_nobody_sees_is_no_better_with_a_file(string text) => GivenGroup().When(SendFiles(Cat, text, Photo())).ThenRefused(Refusal.TextEmpty);

    [Fact]
    public void without_a_file_there_has_to_be_a_text() => GivenGroup().When(SendFiles(Cat)).ThenRefused(Refusal.TextEmpty);

    [Fact]
    public void more_than_ten_files_are_refused()
    {
        var ten = Enumerable.Range(1, 10).Select(n => Paper(n)).ToArray();
        GivenGroup().When(SendFiles(Cat, "", ten)).Then<MessageSent>();
        GivenGroup().When(SendFiles(Cat, "", [.. ten, Paper(11)])).ThenRefused(Refusal.TooManyAttachments(10));
    }

    [Fact]
    public void a_file_is_carried_once() => GivenGroup().When(SendFiles(Cat, "", Photo(), Photo())).ThenRefused(Refusal.AttachmentRepeated);

    [Fact]
    public void files_that_could_not_be_claimed_refuse_the_message() =>
        GivenGroup().When(SendFiles(Cat, "", Photo()) with { NotClaimed = Taken }).ThenRefused(Taken);

    [Fact]
    public void a_stranger_does_not_hear_of_the_files() =>
        GivenGroup().When(SendFiles(Stranger, "", Photo()) with { NotClaimed = Taken }).ThenRefused(Refusal.NoSuchConversation);

    [Fact]
    public void a_repeat_is_answered_with_the_first_message_whatever_became_of_the_files() =>
        GivenGroup(Sent(Hello, Cat, text: "", attachments: [Photo()]))
            .When(SendFiles(Cat, "", Photo()) with { Attachments = [], NotClaimed = Taken }).ThenRepeated(Hello, 5);

    [Fact]
    public void a_repeat_with_other_files_is_refused()
    {
        var sent = GivenGroup(Sent(Hello, Cat, attachments: [Photo(), Paper()]));
        sent.When(SendFiles(Cat, "hello", Photo(), Paper())).ThenRepeated(Hello, 5);
        sent.When(SendFiles(Cat, "hello", Photo())).ThenRefused(Refusal.ClientMessageIdReused);
        sent.When(SendFiles(Cat, "hello", Paper(), Photo())).ThenRefused(Refusal.ClientMessageIdReused);
        sent.When(Send(Cat)).ThenRefused(Refusal.ClientMessageIdReused);
        GivenGroup(Sent(Hello, Cat)).When(SendFiles(Cat, "hello", Photo())).ThenRefused(Refusal.ClientMessageIdReused);
    }

    [Fact]
    public void the_text_beside_a_file_can_be_taken_away_and_edited_twice_changes_nothing()
    {
        var sent = GivenGroup(Sent(Hello, Cat, attachments: [Photo()]));
        var edited = sent.When(Edit(Hello, Cat, "")).Then<MessageEdited>();
        GivenGroup(Sent(Hello, Cat, attachments: [Photo()]), edited).When(Edit(Hello, Cat, "")).ThenNothing();
    }

    [Fact]
    public void a_message_without_files_is_not_emptied() => GivenGroup(Sent(Hello, Cat)).When(Edit(Hello, Cat, "")).ThenRefused(Refusal.TextEmpty);

    [Fact]
    public void the_hash_of_a_text_alone_is_what_it_was_before_there_were_files() =>
        Assert.Equal(new MessageBody("hello").Hash, MessageHead.Of(Sent(Hello, Cat), 5).FirstHash);

    [Fact]
    public void pictures_only_make_an_image_and_anything_else_a_file()
    {
        Assert.Equal(MessageType.Text, MessageTypes.Of(null));
        Assert.Equal(MessageType.Image, MessageTypes.Of([Photo(1), Photo(2)]));
        Assert.Equal(MessageType.File, MessageTypes.Of([Photo(1), Paper(2)]));
    }
}
