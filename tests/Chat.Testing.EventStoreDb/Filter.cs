using System.Text.RegularExpressions;
using Asked = Chat.Infrastructure.EventStoreDb.Wire.ReadReq.Types.Options;

namespace Chat.Testing.EventStoreDb;

/// <summary>What a reader of all gets to see.</summary>
sealed class Filter
{
    const int ReadBatch = 32;

    readonly Func<Record, bool> passes;

    Filter(Func<Record, bool> passes, int? checkpointInterval) => (this.passes, CheckpointInterval, IsFilter) = (passes, checkpointInterval ?? 0, checkpointInterval is not null);

    public bool IsFilter { get; }

    public int CheckpointInterval { get; }

    public bool Passes(Record record) => passes(record);

    public static Filter Of(Asked asked)
    {
        if (asked.FilterOptionCase == Asked.FilterOptionOneofCase.NoFilter) return new(static record => record.Stream != Store.EpochInformation, null);
        var filter = asked.Filter;
        var window = filter.WindowCase switch
        {
            Asked.Types.FilterOptions.WindowOneofCase.Max => (int)filter.Max,
            Asked.Types.FilterOptions.WindowOneofCase.Count => ReadBatch,
            _ => throw Answers.Invalid("The window is not set."),
        };
        return filter.FilterCase switch
        {
            Asked.Types.FilterOptions.FilterOneofCase.StreamIdentifier when Matcher(filter.StreamIdentifier) is var matches =>
                new(record => matches(record.Stream), window * (int)filter.CheckpointIntervalMultiplier),
            Asked.Types.FilterOptions.FilterOneofCase.EventType when Matcher(filter.EventType) is var matches =>
                new(record => matches(record.Type), window * (int)filter.CheckpointIntervalMultiplier),
            _ => throw Answers.Invalid("The filter is not set."),
        };
    }

    static Func<string, bool> Matcher(Asked.Types.FilterOptions.Types.Expression expression)
    {
        if (expression.Regex.Length > 0) return new Regex(expression.Regex, RegexOptions.Compiled | RegexOptions.CultureInvariant).IsMatch;
        var prefixes = expression.Prefix.ToArray();
        return text => prefixes.Any(prefix => text.StartsWith(prefix, StringComparison.Ordinal));
    }
}
