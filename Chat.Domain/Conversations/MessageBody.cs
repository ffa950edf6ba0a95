using System.Text;

namespace Chat.Domain.Conversations;

/// <summary>What a message says. Attachments come by reference.</summary>
public sealed record MessageBody(string Text)
{
    /// <summary>Why <paramref name="text"/>, kept exactly as written, cannot be a body; null when it can.</summary>
    /// <param name="attached">It comes with files, which say enough by themselves: there need be no text.</param>
    public static Refusal? Check(string text, bool attached = false) =>
        // the cheap bound first: counting graphemes of a megabyte is work an abuser would like us to do
        text.Length > Limits.TextBytes ? Refusal.TextTooLong
        : !Texts.IsWellFormed(text) ? Refusal.TextInvalid
        : Encoding.UTF8.GetByteCount(text) > Limits.TextBytes ? Refusal.TextTooLong
        : Texts.Graphemes(text) > Limits.TextGraphemes ? Refusal.TextTooLong
        : !Texts.HasVisible(text) && !(attached && text.Length == 0) ? Refusal.TextEmpty
        : null;

    /// <summary>Tells whether two bodies are the same without keeping either.</summary>
    public long Hash => Texts.Hash(Text);

    /// <summary>The same for a body and the files that come with it.</summary>
    public long HashWith(IReadOnlyCollection<FileId> files) =>
        files.Count == 0 ? Hash : Texts.Hash($"{Text}\0{string.Join('\0', files)}"); // no text holds a NUL
}
