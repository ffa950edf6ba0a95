using Chat.Domain;
using Chat.Domain.Conversations;
using Chat.Tests.Integration.Projections;

namespace Chat.Tests.Integration.Search;

public sealed class PostgresSearchTests(ProductWithPostgres product) : MessageSearchContract(product), IClassFixture<ProductWithPostgres>;

/// <summary>What the tables of a search in PostgreSQL hold.</summary>
public sealed class PostgresSearchTablesTests : ReadSideTest
{
    ConversationId room;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        room = await chat.Start(ann, members: [bob]);
    }

    [Fact]
    public async Task nothing_is_kept_of_a_deleted_text()
    {
        var sent = await chat.Send(room, ann, "unforgettable strawberries");
        await chat.Send(room, ann, "ordinary strawberries");
        await chat.Settled();
        await chat.Do(new DeleteMessage { Conversation = room, By = ann, Message = sent.Message!.Value });
        await chat.Settled();
        await using var kept = chat.Database.Source.CreateCommand("""
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
        var sent = await chat.Send(room, ann, "first words");
        await chat.Settled();
        await chat.Do(new EditMessage { Conversation = room, By = ann, Message = sent.Message!.Value, Body = new("second words") });
        await chat.Do(new PinMessage { Conversation = room, By = ann, Message = sent.Message.Value });
        var gone = await chat.Send(room, ann, "third words");
        await chat.Do(new DeleteMessage { Conversation = room, By = ann, Message = gone.Message!.Value });
        await chat.Settled();
        await chat.VerifyClean();
    }
}
