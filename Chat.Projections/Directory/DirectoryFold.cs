using Chat.Application.Log;
using Chat.Domain;
using Chat.Domain.Conversations;
using Chat.Domain.Users;
using Chat.Infrastructure.ReadModels;

namespace Chat.Projections.Directory;

/// <summary>Folds a batch into what there is to write, the last word of each kind only.</summary>
public sealed class DirectoryFold(IEnumerable<DirectoryMember> members)
{
    readonly Dictionary<(ConversationId, UserId), DirectoryMember> members = members.ToDictionary(static member => (member.Conversation, member.User));
    readonly List<DirectoryUser> registered = [];
    readonly Dictionary<UserId, DirectoryUser> renamed = [];
    readonly Dictionary<(UserId, UserId), bool> blocks = [];
    readonly List<DirectoryConversation> started = [];
    readonly Dictionary<ConversationId, DirectoryName> names = [];
    readonly Dictionary<UserId, DateTimeOffset> erased = [];

    public IReadOnlyCollection<DirectoryMember> Members => members.Values;

    /// <summary>Who is erased, and when.</summary>
    public IReadOnlyDictionary<UserId, DateTimeOffset> Erased => erased;

    /// <summary>The conversations that get a name in the batch.</summary>
    public IEnumerable<ConversationId> Named => started.Select(static conversation => conversation.Id).Concat(names.Keys);

    public void Apply(DecodedEvent recorded)
    {
        switch (recorded.Event)
        {
            case UserRegistered e:
                registered.Add(new(e.By, e.Username, e.DisplayName, e.At));
                break;
            case ProfileChanged e:
                renamed[e.By] = new(e.By, null, e.DisplayName, null);
                break;
            case UserBlocked e:
                blocks[(e.By, e.Blocked)] = true;
                break;
            case UserUnblocked e:
                blocks[(e.By, e.Blocked)] = false;
                break;
            case UserErased e:
                erased[e.By] = e.At;
                break;
            case ConversationEvent e:
                Apply(StreamNames.ConversationOf(recorded.Stored.Stream), e);
                break;
        }
    }

    void Apply(ConversationId conversation, ConversationEvent @event)
    {
        switch (@event)
        {
            case ConversationStarted e:
                started.Add(new(conversation, e.Kind, e.History, e.Name, e.At, e.By));
                break;
            case ConversationRenamed e:
                names[conversation] = new(conversation, e.Name, e.By);
                break;
            case MemberAdded e:
                members[(conversation, e.Member)] = new(conversation, e.Member, false, e.Role, e.CanPost, null, e.At);
                break;
            case MemberRoleChanged e:
                Change(conversation, e.Member, member => member with { Role = e.Role, CanPost = e.CanPost });
                break;
            case MemberMuted e:
                Change(conversation, e.Member, member => member with { MutedUntil = e.Until ?? DateTimeOffset.MaxValue });
                break;
            case MemberUnmuted e:
                Change(conversation, e.Member, member => member with { MutedUntil = null });
                break;
            case MemberRemoved e:
                Remove(conversation, e.Member, e.At);
                break;
            case MemberBanned e:
                Remove(conversation, e.Member, e.At);
                break;
            case MemberLeft e:
                Remove(conversation, e.By, e.At);
                break;
        }
    }

    void Change(ConversationId conversation, UserId user, Func<DirectoryMember, DirectoryMember> change) =>
        members[(conversation, user)] = change(members[(conversation, user)]);

    void Remove(ConversationId conversation, UserId user, DateTimeOffset at) =>
        members[(conversation, user)] = new(conversation, user, true, Role.Member, false, null, at);

    public void Save(ReadBatch batch)
    {
        if (registered.Count > 0) DirectoryTable.SaveRegistered(batch, registered);
        if (renamed.Count > 0) DirectoryTable.SaveRenamed(batch, renamed.Values);
        if (blocks.Count > 0) DirectoryTable.SaveBlocks(batch, [.. blocks.Select(static block => (block.Key.Item1, block.Key.Item2, block.Value))]);
        if (started.Count > 0) DirectoryTable.SaveStarted(batch, started);
        if (names.Count > 0) DirectoryTable.SaveNames(batch, names.Values);
        if (members.Count > 0) DirectoryTable.SaveMembers(batch, members.Values);
    }
}
