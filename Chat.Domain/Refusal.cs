namespace Chat.Domain;

/// <summary>What kind of "no" a refusal is; an edge maps it to its own status (404, 403, 409, 412, 413, 422).</summary>
public enum RefusalKind
{
    NotFound,
    Forbidden,
    Conflict,
    Stale,
    TooLarge,
    Invalid,
}

/// <summary>A command's "no": a value with a stable, machine-read code. Codes are part of the public contract.</summary>
public sealed record Refusal(string Code, RefusalKind Kind, string Detail)
{
    // What the caller may not know exists looks exactly like what does not exist.
    public static readonly Refusal NoSuchConversation = NotFound("conversation_not_found", "There is no such conversation.");
    public static readonly Refusal NoSuchMessage = NotFound("message_not_found", "There is no such message in this conversation.");
    public static readonly Refusal NoSuchMember = NotFound("member_not_found", "There is no such member in this conversation.");
    public static readonly Refusal NoSuchUser = NotFound("user_not_found", "There is no such user.");

    public static readonly Refusal NotYours = Forbidden("not_yours", "Only the sender may change this message.");
    public static readonly Refusal RoleTooLow = Forbidden("role_too_low", "This needs a higher role in the conversation.");
    public static readonly Refusal ReadersCannotPost = Forbidden("readers_cannot_post", "Readers of a channel cannot post.");
    public static readonly Refusal Muted = Forbidden("muted", "A moderator has muted you in this conversation.");
    public static readonly Refusal Banned = Forbidden("banned", "This user is banned from the conversation.");
    public static readonly Refusal Blocked = Forbidden("blocked", "One of the two has blocked the other.");
    public static readonly Refusal UserErased = Forbidden("user_erased", "The other one has deleted their account.");
    public static readonly Refusal DirectIsFixed = Forbidden("direct_is_fixed", "A direct conversation has exactly its two members and no name.");
    public static readonly Refusal EditWindowOver = Forbidden("edit_window_over", "The time for editing this message is over.");

    public static readonly Refusal ClientMessageIdReused = Conflict("client_message_id_reused", "This clientMessageId was used for another message; the first one stays.");
    public static readonly Refusal ConversationKeyReused = Conflict("client_conversation_id_reused", "This clientConversationId was used for another conversation; the first one stays.");
    public static readonly Refusal MessageDeleted = Conflict("message_deleted", "The message has been deleted.");
    public static readonly Refusal LastOwner = Conflict("last_owner", "The last owner cannot leave or step down; make another member owner first.");
    public static readonly Refusal UsernameTaken = Conflict("username_taken", "This username is taken.");

    public static readonly Refusal StaleVersion = new("stale_version", RefusalKind.Stale, "The message has changed since the version in If-Match.");

    public static readonly Refusal TextTooLong = new("text_too_long", RefusalKind.TooLarge, $"A text is at most {Limits.TextBytes} bytes of UTF-8 and {Limits.TextGraphemes} graphemes.");
    public static readonly Refusal TooMuchAtOnce = new("too_much_at_once", RefusalKind.TooLarge, "This is too much for one step; do it in several.");
    public static readonly Refusal TextEmpty = Invalid("text_empty", "A text needs at least one visible character.");
    public static readonly Refusal TextInvalid = Invalid("text_invalid", "A text must be valid Unicode without NUL.");
    public static readonly Refusal NameInvalid = Invalid("name_invalid", $"A name has 1 to {Limits.NameGraphemes} graphemes, a visible one among them, and no control characters.");
    public static readonly Refusal FileNameInvalid = Invalid("file_name_invalid", $"A file's name has 1 to {Limits.FileNameGraphemes} graphemes, a visible one among them, no control characters, no / and no \\.");
    public static readonly Refusal NameRequired = Invalid("name_required", "A group or channel needs a name.");
    public static readonly Refusal ReactionInvalid = Invalid("reaction_invalid", "A reaction is one emoji or a :shortcode:.");
    public static readonly Refusal MentionNotMember = Invalid("mention_not_member", "Only members of the conversation can be mentioned.");
    public static readonly Refusal ReplyNotFound = Invalid("reply_not_found", "The message to reply to is not in this conversation.");
    public static readonly Refusal AttachmentRepeated = Invalid("attachment_repeated", "A message carries a file once.");
    public static readonly Refusal DirectNeedsTwo = Invalid("direct_needs_two", "A direct conversation is between two different users.");
    public static readonly Refusal NotYourself = Invalid("not_yourself", "This cannot be done to yourself.");
    public static readonly Refusal SequenceOutOfRange = Invalid("sequence_out_of_range", "The conversation has no such sequence.");
    public static readonly Refusal OnlyInChannels = Invalid("only_in_channels", "Posters and readers exist only in channels.");

    public static Refusal GroupFull(int limit) => Conflict("group_full", $"A group has at most {limit} members; use a channel for more.");
    public static Refusal ChannelFull(int limit) => Conflict("channel_full", $"A channel has at most {limit} members.");
    public static Refusal TooManyPins(int limit) => Conflict("too_many_pins", $"A conversation has at most {limit} pinned messages.");
    public static Refusal TooManyReactions(int limit) => Conflict("too_many_reactions", $"A message has at most {limit} reactions.");
    public static Refusal TooManyMentions(int limit) => Invalid("too_many_mentions", $"A message mentions at most {limit} users.");

    public static Refusal TooManyAttachments(int limit) => Invalid("too_many_attachments", $"A message carries at most {limit} files.");

    static Refusal NotFound(string code, string detail) => new(code, RefusalKind.NotFound, detail);
    static Refusal Forbidden(string code, string detail) => new(code, RefusalKind.Forbidden, detail);
    static Refusal Conflict(string code, string detail) => new(code, RefusalKind.Conflict, detail);
    static Refusal Invalid(string code, string detail) => new(code, RefusalKind.Invalid, detail);
}
