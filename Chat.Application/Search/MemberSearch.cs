using Chat.Domain;

namespace Chat.Application.Search;

/// <summary>A search on behalf of a reader: only where they are a member, only what they may see, only what still stands there.</summary>
public sealed class MemberSearch(IMessageSearch engine, ISearchAccess access)
{
    const string Corrected = "~";

    /// <summary>The page, or null when the reader is no member of the conversation asked for.</summary>
    /// <param name="conversation">Null searches everywhere.</param>
    public async Task<SearchPage?> Find(
        UserId reader, ConversationId? conversation, SearchQuery query, SearchOrder order, string? cursor, int limit, CancellationToken ct)
    {
        var within = await access.Places(reader, query.In, ct);
        if (conversation is { } only)
        {
            if (query.In.Count > 0 && (await access.Places(reader, [$"{only}"], ct)).Count == 0) return null;
            within = [.. within.Where(place => place.Conversation == only)];
            if (query.In.Count == 0 && within.Count == 0) return null;
        }
        var senders = query.From.Count == 0 ? null : await SendersOf(reader, query.From, ct);
        if (within.Count == 0 || senders is []) return SearchPage.Nothing;

        var corrected = cursor?.StartsWith(Corrected, StringComparison.Ordinal) == true;
        var request = new SearchRequest(query, within, senders, order, corrected ? cursor![Corrected.Length..] : cursor, limit, corrected);
        var page = await engine.Find(request, ct);
        // another spelling is only guessed at when nothing was found as it was written
        if (page.Total == 0 && cursor is null && query.Terms.Any(static term => term.IsForgiven))
        {
            page = await engine.Find(request with { Corrected = true }, ct);
            corrected = page.Total > 0;
        }
        return page with
        {
            Hits = await access.StillThere(reader, page.Hits, ct),
            Cursor = page.Cursor is { } next && corrected ? Corrected + next : page.Cursor,
            Corrected = corrected,
        };
    }

    async Task<List<UserId>> SendersOf(UserId reader, IReadOnlyList<string> names, CancellationToken ct)
    {
        var others = names.Where(static name => !IsMe(name)).ToList();
        List<UserId> senders = others.Count == 0 ? [] : [.. await access.Users(others, ct)];
        if (others.Count < names.Count) senders.Add(reader);
        return senders;
    }

    static bool IsMe(string name) => name.Equals("me", StringComparison.OrdinalIgnoreCase);
}
