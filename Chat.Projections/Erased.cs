using Chat.Application.Log;
using Chat.Domain;
using Chat.Domain.Users;

namespace Chat.Projections;

/// <summary>Who is erased in a batch. Their words go at its end, also those that stand after it: nobody could open them any more.</summary>
static class Erased
{
    public static HashSet<UserId> In(IEnumerable<DecodedEvent> events) => [.. events.Select(static e => e.Event).OfType<UserErased>().Select(static e => e.By)];
}
