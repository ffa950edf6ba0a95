using Chat.Application.Search;

namespace Chat.Infrastructure.Search;

/// <summary>Asks the first engine, and while that one is away the second, whose pages are marked as degraded.</summary>
sealed class FallbackSearch(IMessageSearch first, IMessageSearch second) : IMessageSearch
{
    public async Task<SearchPage> Find(SearchRequest request, CancellationToken ct)
    {
        try
        {
            return await first.Find(request, ct);
        }
        catch (SearchUnavailableException away)
        {
            try
            {
                return await Second(request, ct);
            }
            catch (SearchCursorException)
            {
                throw away; // a page of the first one has no next page here
            }
        }
        catch (SearchCursorException)
        {
            return await Second(request, ct); // what the second one began, it ends
        }
    }

    public async Task Show(CancellationToken ct)
    {
        try
        {
            await first.Show(ct);
        }
        catch (SearchUnavailableException)
        {
            await second.Show(ct); // which is the one to answer
        }
    }

    async Task<SearchPage> Second(SearchRequest request, CancellationToken ct) => await second.Find(request, ct) with { Degraded = true };
}
