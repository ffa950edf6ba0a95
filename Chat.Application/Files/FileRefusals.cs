using Chat.Domain;

namespace Chat.Application.Files;

public static class FileRefusals
{
    // Somebody else's file looks exactly like none.
    public static readonly Refusal NoSuchFile = new("file_not_found", RefusalKind.NotFound, "There is no such file.");
    public static readonly Refusal NotReady = new("file_not_ready", RefusalKind.Conflict, "The file is still arriving or being looked at.");
    public static readonly Refusal Rejected = new("file_rejected", RefusalKind.Invalid, "The file was looked at and is not kept; its state says why.");
    public static readonly Refusal AlreadySent = new("file_already_sent", RefusalKind.Conflict, "The file belongs to another message; upload it again to send it again.");
    public static readonly Refusal NoSuchVariant = new("file_variant_not_found", RefusalKind.NotFound, "Only pictures have small, medium and large variants.");
}

/// <summary>Why a file that arrived whole is not kept: stable codes, shown to its owner.</summary>
public static class Rejections
{
    /// <summary>It is called a picture or a recording and is none.</summary>
    public const string TypeMismatch = "file_type_mismatch";

    /// <summary>Its bytes are not those that were announced.</summary>
    public const string ChecksumMismatch = "file_checksum_mismatch";
    public const string Infected = "file_infected";
    public const string ImageUnreadable = "image_unreadable";

    /// <summary>More pixels, frames, memory or time than an image may take.</summary>
    public const string ImageTooLarge = "image_too_large";

    /// <summary>Every try to look at it ended with the process that tried.</summary>
    public const string ProcessingFailed = "processing_failed";
}
