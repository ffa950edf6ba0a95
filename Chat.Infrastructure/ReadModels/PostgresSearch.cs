using System.Globalization;
using System.Text;
using Chat.Application.Search;
using Chat.Infrastructure.Postgres;
using Chat.Infrastructure.Search;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Chat.Infrastructure.ReadModels;

/// <summary>The engine "postgres": full-text search in the tables of the search projection.</summary>
public sealed class PostgresSearch(NpgsqlDataSource database, PostgresSpelling spelling, PostgresStems stems, IOptions<SearchOptions> options) : IMessageSearch
{
    /// <summary>Of more matches than these, the newest are ranked, and counting stops.</summary>
    const int Most = 2_000;

    // The plan depends on how common the words are, so each query is planned for itself; and compiling it would take longer than it runs. Looking for
    // words in every message of the caller's conversations seems cheap to the planner, and is not: asking both indexes for what they agree on is.
    const string Settings = """
        select set_config('plan_cache_mode', 'force_custom_plan', true), set_config('jit', 'off', true), set_config('statement_timeout', $1, true),
            set_config('enable_indexscan', $2, true), set_config('enable_nestloop', $2, true)
        """;

    static readonly ILookup<string, string> AsWritten = Array.Empty<string>().ToLookup(static word => word);

    public async Task<SearchPage> Find(SearchRequest request, CancellationToken ct)
    {
        var cursor = request.Cursor is null ? null : PostgresSearchCursor.Read(request.Cursor, request.Order);
        try
        {
            var spellings = request.Corrected ? await spelling.Of(request.Query.Terms, ct) : AsWritten;
            if (request.Corrected && spellings.Count == 0) return SearchPage.Nothing;
            return await Find(request, spellings, cursor, ct);
        }
        catch (Exception fault) when (PostgresFaults.IsUnavailable(fault))
        {
            throw new SearchUnavailableException("PostgreSQL is out of reach, or the search took too long.", fault);
        }
    }

    async Task<SearchPage> Find(SearchRequest request, ILookup<string, string> spellings, PostgresSearchCursor? cursor, CancellationToken ct)
    {
        var terms = request.Query.Terms;
        var words = TsQuery.Of(terms, spellings, await stems.Of(terms.SelectMany(term => TsQuery.Loose(term, spellings)), ct));
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new(Settings)
                {
                    Parameters =
                    {
                        new() { Value = options.Value.Timeout.TotalMilliseconds.ToString("F0", CultureInfo.InvariantCulture) },
                        new() { Value = terms.Count > 0 ? "off" : "on" },
                    },
                },
                Select(request, words, cursor),
            },
        };
        var found = new List<Row>();
        await using (var rows = await batch.ExecuteReaderAsync(ct))
        {
            await rows.NextResultAsync(ct);
            while (await rows.ReadAsync(ct)) found.Add(Read(rows));
        }
        var page = found.Take(request.Limit).ToList();
        var (total, exact) = cursor is null ? (Math.Min(found.FirstOrDefault()?.Matches ?? 0, Most), found.FirstOrDefault()?.Matches is not > Most) : (cursor.Total, cursor.Exact);
        var matches = await spelling.Matcher(terms, page.Select(static row => row.Hit.Text), spellings, ct);
        return new(
            [.. page.Select(row => row.Hit with { Highlights = Highlighter.Mark(row.Hit.Text, terms, matches) })], total, exact,
            found.Count > request.Limit ? PostgresSearchCursor.After(page[^1].Rank, page[^1].Hit, total, exact).Write(request.Order) : null);
    }

    static NpgsqlBatchCommand Select(SearchRequest request, string words, PostgresSearchCursor? cursor)
    {
        var command = new NpgsqlBatchCommand();
        var (query, where) = (request.Query, new StringBuilder("m.conversation = any($1) and m.sequence >= s.visible_from"));
        command.Parameters.AddValues(request.Within.Select(static place => place.Conversation.Value).ToArray(), request.Within.Select(static place => place.From).ToArray());

        var sought = query.Terms.Count == 0 ? null : $"{Parameter(words)}::tsquery";
        if (sought is not null) where.Append($" and m.vector @@ {sought}");
        if (request.Senders is { } senders) where.Append($" and m.sender = any({Parameter(senders.Select(static sender => sender.Value).ToArray())})");
        if (query.Has is not SearchMarks.None) where.Append($" and m.has & {Parameter((short)query.Has)} = {Parameter((short)query.Has)}");
        if (query.Pinned) where.Append(" and m.pinned");
        if (query.Before is { } before) where.Append($" and m.at < {Parameter(before.ToUniversalTime())}");
        if (query.After is { } after) where.Append($" and m.at >= {Parameter(after.ToUniversalTime())}");

        var (direction, beyond) = request.Order is SearchOrder.Oldest ? ("asc", ">") : ("desc", "<");
        var rank = sought is null || request.Order is not SearchOrder.Relevance ? "0::real" : $"ts_rank(m.vector, {sought}, 1)";
        var paged = cursor is null
            ? "true"
            : $"(rank, at, conversation, sequence) {beyond} ({Parameter(cursor.Rank)}, {Parameter(cursor.At)}, {Parameter(cursor.Conversation)}, {Parameter(cursor.Sequence)})";
        // by time, a page begins where the last one ended, however many lie before it
        if (cursor is not null && request.Order is not SearchOrder.Relevance) where.Append($" and m.at {beyond}= {Parameter(cursor.At)}");
        command.CommandText = $"""
            with candidates as materialized (
                select m.conversation, m.sequence, m.message, m.sender, m.at, m.text, m.vector
                from read.search_messages m join unnest($1::uuid[], $2::bigint[]) as s(conversation, visible_from) using (conversation)
                where {where}
                order by m.at {direction} limit {Most + 1}
            ), ranked as (select m.*, {rank} as rank, count(*) over () as matches from candidates m)
            select conversation, sequence, message, sender, at, text, rank, matches from ranked where {paged}
            order by rank {direction}, at {direction}, conversation {direction}, sequence {direction} limit {Parameter(request.Limit + 1)}
            """;
        return command;

        string Parameter(object value)
        {
            command.Parameters.AddValues(value);
            return $"${command.Parameters.Count}";
        }
    }

    sealed record Row(MessageHit Hit, float Rank, long Matches);

    static Row Read(NpgsqlDataReader row) => new(
        new(new(row.GetGuid(0)), row.GetInt64(1), new(row.GetGuid(2)), new(row.GetGuid(3)), row.GetFieldValue<DateTimeOffset>(4), row.GetString(5), []),
        row.GetFloat(6), row.GetInt64(7));
}
