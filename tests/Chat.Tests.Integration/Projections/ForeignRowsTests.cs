using Chat.Application.Log;
using Chat.Infrastructure.ReadModels;
using Chat.Projections;

namespace Chat.Tests.Integration.Projections;

/// <summary>Verification of what a live projection keeps outside of the database, where it moves on between two looks.</summary>
public sealed class ForeignRowsTests : ReadSideTest
{
    [Fact]
    public async Task a_row_that_differs_in_another_way_at_the_next_look_differs()
    {
        var verdict = await Verify([new("rows", "one", "should not be there")], [new("rows", "one", "differs")], [new("rows", "one", "differs")]);
        Assert.Equal([new("rows", "one", "differs")], verdict.Differences);
    }

    [Fact]
    public async Task a_row_that_differs_at_one_look_only_was_on_its_way()
    {
        var stays = new Difference("rows", "two", "differs");
        var verdict = await Verify([new("rows", "one", "is missing"), stays], [new("rows", "three", "is missing"), stays], [new("rows", "four", "is missing"), stays]);
        Assert.Equal([stays], verdict.Differences);
    }

    async Task<Verdict> Verify(params Difference[][] looks) =>
        await chat.Get<ProjectionVerification>().Run(new Outside(new(looks)), new(), static (_, _) => { }, Ct);

    sealed class Outside(Queue<Difference[]> looks) : IProjection, IForeignRows
    {
        public ReadModel Model { get; } = new("outside", [], static _ => "");

        public StreamFilter Filter { get; } = new(StreamNames.Conversations);

        public IForeignRows Foreign => this;

        public Task Apply(IReadOnlyList<DecodedEvent> events, ReadBatch batch, CancellationToken ct) => Task.CompletedTask;

        public Task<(long Rows, List<Difference> Differences)> Compare(Checkpoint subject, Checkpoint folded, CancellationToken ct) =>
            Task.FromResult<(long, List<Difference>)>((2, [.. looks.Dequeue()]));

        public Task Show(Checkpoint generation, CancellationToken ct) => Task.CompletedTask;

        public Task Drop(Checkpoint generation, CancellationToken ct) => Task.CompletedTask;
    }
}
