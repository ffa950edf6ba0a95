namespace Chat.Domain.Conversations;

static class Mentionable
{
    public static Refusal? Check(IReadOnlyList<UserId> mentions, Conversation state) =>
        mentions.Count > Limits.Mentions ? Refusal.TooManyMentions(Limits.Mentions)
        : mentions.Any(user => state.Member(user) is null) ? Refusal.MentionNotMember
        : null;
}
