using System.Text;

namespace Chat.Domain.Conversations;

/// <summary>What a message says. Attachments come by reference.</summary>
public sealed record MessageBody(string Text)
{
    /// <summary>A body of <paramref name="text"/>, kept exactly as written, or why it cannot be one.</summary>
    public static Refusal? Check(string text) =>
        // the cheap bound first: counting graphemes of a megabyte is work an abuser would like us to do
        text.Length > Limits.TextBytes ? Refusal.TextTooLong
        : !Texts.IsWellFormed(text) ? Refusal.TextInvalid
        : Encoding.UTF8.GetByteCount(text) > Limits.TextBytes ? Refusal.TextTooLong
        : Texts.Graphemes(text) > Limits.TextGraphemes ? Refusal.TextTooLong
        : !Texts.HasVisible(text) ? Refusal.TextEmpty
        : null;

    /// <summary>Tells whether two bodies are the same without keeping either.</summary>
    public long Hash => Texts.Hash(Text);
}
