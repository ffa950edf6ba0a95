using System.Globalization;
using System.Text.RegularExpressions;
using Chat.Application.Search;
using Chat.Bench.Search;
using Chat.Domain;
using Chat.Tests.Integration.Projections;

namespace Chat.Tests.Integration.Search;

/// <summary>
/// Fifty searches over real talk, and which messages are right for each (quality.tsv). Precision at 10: how many of the first ten hits are right,
/// of as many as there are to be found, ten at most.
/// </summary>
public abstract class SearchQuality : IAsyncLifetime
{
    static readonly (string Kind, string Query, string Right)[] Queries =
    [
        .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Search", "quality.tsv")).Where(static line => line is not ['#', ..])
            .Select(static line => line.Split('\t')).Select(static parts => (parts[0], parts[1], parts[2])),
    ];

    ReadSide chat = null!;
    IrcCorpus corpus = null!;
    UserId reader;
    Dictionary<(string Log, int Line), MessageId> messages = [];

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    protected abstract Task<ReadSide> Start();

    protected virtual Task Settled() => chat.Settled();

    public virtual async ValueTask InitializeAsync()
    {
        var folder = Environment.GetEnvironmentVariable("CHAT_IRC_LOGS") ?? Beside(AppContext.BaseDirectory);
        Assert.SkipUnless(Directory.Exists(folder), "There are no IRC logs here: set CHAT_IRC_LOGS to their folder (with dev/ in it) to run this.");
        corpus = IrcCorpus.Read(Path.Combine(folder!, "dev"));
        chat = await Start();
        reader = await chat.Register("reader");
        messages = await corpus.Write(chat.Services, reader, Ct);
        await Settled();
    }

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return chat?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    [Fact]
    public async Task the_right_messages_come_first()
    {
        var texts = corpus.Texts.ToList();
        var scores = new List<(string Kind, string Query, double Precision)>();
        foreach (var (kind, query, right) in Queries)
        {
            var page = (await chat.Get<MemberSearch>().Find(reader, null, SearchQueryParser.Parse(query).Query, SearchOrder.Relevance, null, 10, Ct))!;
            scores.Add((kind, query, kind is "known" or "cjk" ? Known(page, right) : Alike(page, new Regex(right, RegexOptions.IgnoreCase), texts)));
        }
        foreach (var kind in scores.GroupBy(static score => score.Kind).Append(scores.GroupBy(static _ => "all").Single()))
        {
            TestContext.Current.SendDiagnosticMessage($"{GetType().Name}: {kind.Key}: precision at 10 {kind.Average(static score => score.Precision):0.000} over {kind.Count()} queries");
        }
        Assert.Equal(50, scores.Count);
        var poor = scores.Where(static score => score.Precision < 0.5).Select(static score => score.Query).ToList();
        Assert.True(scores.Average(static score => score.Precision) >= 0.9 && poor.Count <= Forgiven, $"{scores.Average(static score => score.Precision):0.000}; poor: {string.Join(", ", poor)}");
    }

    /// <summary>Queries that this engine need not answer.</summary>
    protected virtual int Forgiven => 0;

    double Known(SearchPage page, string place)
    {
        var parts = place.Split(':');
        return page.Hits.Any(hit => hit.Message == messages[(parts[0], int.Parse(parts[1], CultureInfo.InvariantCulture))]) ? 1 : 0;
    }

    static double Alike(SearchPage page, Regex right, List<string> texts) =>
        (double)page.Hits.Count(hit => right.IsMatch(hit.Text)) / Math.Min(10, texts.Count(text => right.IsMatch(text)));

    static string? Beside(string? directory)
    {
        for (; directory is not null; directory = Path.GetDirectoryName(directory))
        {
            if (Path.Combine(directory, "shared", "data", "irc") is var found && Directory.Exists(found)) return found;
        }
        return null;
    }
}

public sealed class PostgresQualityTests : SearchQuality
{
    protected override Task<ReadSide> Start() => ReadSide.Start();
}

public class ElasticQualityTests : SearchQuality
{
    TestIndex index = null!;

    protected virtual string Variable => TestIndex.Elasticsearch;

    protected virtual string Languages => "";

    protected override int Forgiven => 4; // the Elasticsearch for tests knows no stems: what asks for another form of a word is not found

    protected override Task<ReadSide> Start()
    {
        index = TestIndex.At(Variable);
        return ReadSide.Start(settings: index.Settings(Languages));
    }

    protected override async Task Settled()
    {
        await base.Settled();
        await index.Refresh();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (index is not null) await index.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

public sealed class OpenSearchQualityTests : ElasticQualityTests
{
    protected override string Variable => TestIndex.OpenSearch;

    protected override string Languages => "english";

    protected override int Forgiven => 0;
}
