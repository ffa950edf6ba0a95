using Decision = Chat.Domain.Decision<Chat.Domain.Conversations.ConversationEvent>;

namespace Chat.Domain.Conversations;

/// <summary>Promotes or demotes a member; in channels also between poster and reader.</summary>
public sealed record ChangeRole : ConversationCommand
{
    public required UserId Member { get; init; }
    public Role? Role { get; init; }
    public bool? CanPost { get; init; }

    public override Decision Decide(Conversation state, DateTimeOffset now, Rules rules) => AboutMember(state, Member, (me, them) =>
    {
        var role = Role ?? them.Role;
        // who may moderate may speak
        var canPost = role > Conversations.Role.Member || (CanPost ?? them.CanPost);
        return
            CanPost is not null && state.Kind != ConversationKind.Channel ? Refusal.OnlyInChannels
            : !MayChange(me, them, role) ? Refusal.RoleTooLow
            : them.Role == Conversations.Role.Owner && role < them.Role && state.Owners == 1 ? Refusal.LastOwner
            : role == them.Role && canPost == them.CanPost ? Decision.Nothing
            : new MemberRoleChanged { By = By, At = now, Member = Member, Role = role, CanPost = canPost };
    });

    // An owner gives any role; an admin decides about members and raises nobody to or above admin; all may step down.
    bool MayChange(Member me, Member them, Role role) =>
        me.Role == Conversations.Role.Owner
        || (Member == By && role <= them.Role && CanPost is null)
        || (MayRule(me, them) && role < me.Role);
}
