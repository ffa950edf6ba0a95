using Chat.Domain;

namespace Chat.Application.Search;

/// <summary>What a reader may find, by the membership that holds now.</summary>
public interface ISearchAccess
{
    /// <summary>The conversations that the reader is a member of, from where on; only those that the names or ids in <paramref name="named"/> mean, unless it is empty.</summary>
    Task<IReadOnlyList<SearchPlace>> Places(UserId reader, IReadOnlyList<string> named, CancellationToken ct);

    /// <summary>The users with these usernames or ids.</summary>
    Task<IReadOnlyList<UserId>> Users(IReadOnlyList<string> names, CancellationToken ct);

    /// <summary>Those of the hits that the reader may still see and that still say what was found: an index may lag behind a delete.</summary>
    Task<IReadOnlyList<MessageHit>> StillThere(UserId reader, IReadOnlyList<MessageHit> hits, CancellationToken ct);
}
