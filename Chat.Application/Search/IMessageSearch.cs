using Chat.Domain;

namespace Chat.Application.Search;

/// <summary>An engine that finds messages. It is told where to look and trusts that; who may see what is decided before and after it.</summary>
public interface IMessageSearch
{
    /// <exception cref="SearchUnavailableException">The engine is away or takes too long.</exception>
    /// <exception cref="SearchCursorException">The cursor is not one of this engine.</exception>
    Task<SearchPage> Find(SearchRequest request, CancellationToken ct);

    /// <summary>What its read model holds can be found: for an engine that shows changes only now and then.</summary>
    /// <exception cref="SearchUnavailableException">The engine is away.</exception>
    Task Show(CancellationToken ct) => Task.CompletedTask;
}

/// <param name="Within">The only places to look in.</param>
/// <param name="Senders">The only senders that count; null is anybody.</param>
/// <param name="Cursor">As a page before gave it.</param>
/// <param name="Limit">1 to 100.</param>
/// <param name="Corrected">Other spellings of the words count too.</param>
public sealed record SearchRequest(
    SearchQuery Query, IReadOnlyList<SearchPlace> Within, IReadOnlyList<UserId>? Senders, SearchOrder Order, string? Cursor, int Limit, bool Corrected);

/// <param name="From">The first sequence that counts.</param>
public readonly record struct SearchPlace(ConversationId Conversation, long From);

public enum SearchOrder { Relevance, Newest, Oldest }

/// <param name="Total">How many there are in all, as the first page counted them.</param>
/// <param name="Exact">False when it stopped counting there.</param>
/// <param name="Cursor">What asks for the next page; null on the last one.</param>
public sealed record SearchPage(IReadOnlyList<MessageHit> Hits, long Total, bool Exact, string? Cursor)
{
    public static readonly SearchPage Nothing = new([], 0, true, null);

    /// <summary>Nothing was found as it was written; these are other spellings.</summary>
    public bool Corrected { get; init; }

    /// <summary>The engine is away; another one answers.</summary>
    public bool Degraded { get; init; }
}

/// <param name="Highlights">Where in the text it was found.</param>
public sealed record MessageHit(
    ConversationId Conversation, long Sequence, MessageId Message, UserId Sender, DateTimeOffset At, string Text, IReadOnlyList<Highlight> Highlights);

/// <summary>The engine is out of reach: the same search may succeed later.</summary>
public sealed class SearchUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A cursor that this engine has not given for this search.</summary>
public sealed class SearchCursorException() : Exception("This is no cursor of this search.");
