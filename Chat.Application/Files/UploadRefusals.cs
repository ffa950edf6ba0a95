using Chat.Domain;

namespace Chat.Application.Files;

public static class UploadRefusals
{
    // Somebody else's upload looks exactly like none.
    public static readonly Refusal NoSuchUpload = new("upload_not_found", RefusalKind.NotFound, "There is no such upload, or its time is over.");
    public static readonly Refusal Sent = new("file_already_sent", RefusalKind.Conflict, "A message refers to the file; it goes with the message.");
    public static readonly Refusal Empty = new("file_empty", RefusalKind.Invalid, "A file has at least one byte.");
    public static readonly Refusal TooLong = new("upload_too_long", RefusalKind.TooLarge, "More bytes came than the upload was said to have.");

    public static readonly Refusal TypeInvalid = new("file_type_invalid", RefusalKind.Invalid, "A file type is a media type, such as image/png.");

    public static readonly Refusal NotDirect =
        new("direct_upload_unavailable", RefusalKind.Conflict, "The store of this server takes no bytes from clients; upload to the server itself.");
    public static readonly Refusal ChecksumInvalid = new("file_checksum_invalid", RefusalKind.Invalid, "sha256 is 32 bytes in base64.");
    public static readonly Refusal NotArrived = new("upload_not_arrived", RefusalKind.Conflict, "Nothing has come for the upload yet.");

    public static Refusal OtherSize(long size) => new("upload_size_mismatch", RefusalKind.Invalid, $"The upload was said to have {size} bytes, and has not; it is over.");
    public static Refusal TooLarge(long most) => new("file_too_large", RefusalKind.TooLarge, $"Such a file has at most {most} bytes.");
    public static Refusal NoRoom(long quota) => new("file_quota_exceeded", RefusalKind.TooLarge, $"All files of a user have at most {quota} bytes together.");

    public static Refusal OtherOffset(long received) => new("upload_offset_mismatch", RefusalKind.Conflict, $"The upload goes on at byte {received}.");
}
