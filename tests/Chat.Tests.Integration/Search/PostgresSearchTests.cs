using Chat.Domain.Conversations;
using Chat.Tests.Integration.Projections;

namespace Chat.Tests.Integration.Search;

public sealed class PostgresSearchTests : MessageSearchContract
{
    protected override Task<ReadSide> Start() => ReadSide.Start();

    [Fact]
    public async Task nothing_is_kept_of_a_deleted_text()
    {
        var sent = await Chat.Send(Room, Ann, "unforgettable strawberries");
        await Say("ordinary strawberries");
        await Chat.Do(new DeleteMessage { Conversation = Room, By = Ann, Message = sent.Message!.Value });
        await Settled();
        await using var kept = Chat.Database.Source.CreateCommand("""
            select (select count(*) from read.search_messages where text ~ 'unforgettable' or vector::text ~ 'unforgettable'), array(select word || uses from read.search_words order by word)
            """);
        await using var row = await kept.ExecuteReaderAsync(Ct);
        await row.ReadAsync(Ct);
        Assert.Equal(0, row.GetInt64(0));
        Assert.Equal(["ordinary1", "strawberries1"], row.GetFieldValue<string[]>(1));
    }

    [Fact]
    public async Task the_tables_are_what_the_log_says()
    {
        var sent = await Chat.Send(Room, Ann, "first words");
        await Settled();
        await Chat.Do(new EditMessage { Conversation = Room, By = Ann, Message = sent.Message!.Value, Body = new("second words") });
        await Chat.Do(new PinMessage { Conversation = Room, By = Ann, Message = sent.Message.Value });
        var gone = await Chat.Send(Room, Ann, "third words");
        await Chat.Do(new DeleteMessage { Conversation = Room, By = Ann, Message = gone.Message!.Value });
        await Settled();
        await Chat.VerifyClean();
    }
}
