using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Chat.Application.Search;

namespace Chat.Infrastructure.ReadModels;

/// <summary>The last hit of a page, and what the first page counted.</summary>
sealed record PostgresSearchCursor(float Rank, DateTimeOffset At, Guid Conversation, long Sequence, long Total, bool Exact)
{
    const string Engine = "p1";

    public static PostgresSearchCursor After(float rank, MessageHit hit, long total, bool exact) => new(rank, hit.At, hit.Conversation.Value, hit.Sequence, total, exact);

    public string Write(SearchOrder order) => Base64Url.EncodeToString(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
        $"{Engine} {(int)order} {BitConverter.SingleToInt32Bits(Rank)} {At.UtcTicks} {Conversation:N} {Sequence} {Total} {(Exact ? 1 : 0)}")));

    /// <exception cref="SearchCursorException">It is of another search, or of nobody.</exception>
    public static PostgresSearchCursor Read(string text, SearchOrder order)
    {
        if (text.Length <= 256 && Base64Url.IsValid(text)
            && Encoding.ASCII.GetString(Base64Url.DecodeFromChars(text)).Split(' ') is [Engine, var by, var rank, var at, var conversation, var sequence, var total, var exact]
            && Number(by) == (int)order && Number(rank) is { } bits and >= int.MinValue and <= int.MaxValue && BitConverter.Int32BitsToSingle((int)bits) is >= 0 and var value
            && Number(at) is { } ticks and >= 0 && ticks <= DateTimeOffset.MaxValue.UtcTicks && Guid.TryParseExact(conversation, "N", out var id)
            && Number(sequence) is { } position && Number(total) is { } count and >= 0)
        {
            return new(value, new(ticks, TimeSpan.Zero), id, position, count, exact == "1");
        }
        throw new SearchCursorException();
    }

    static long? Number(string text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}
