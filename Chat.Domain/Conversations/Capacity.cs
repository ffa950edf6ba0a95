namespace Chat.Domain.Conversations;

static class Capacity
{
    public static Refusal? Exceeded(ConversationKind kind, int members, Rules rules) => kind switch
    {
        ConversationKind.Group when members > rules.GroupMembers => Refusal.GroupFull(rules.GroupMembers),
        ConversationKind.Channel when members > rules.ChannelMembers => Refusal.ChannelFull(rules.ChannelMembers),
        _ => null,
    };
}
