using Chat.Domain;

namespace Chat.Application.Accounts;

public static class AccountRefusals
{
    public static readonly Refusal UsernameInvalid = new("username_invalid", RefusalKind.Invalid,
        "A username is 3 to 32 of a-z, 0-9, dot, underscore and hyphen, beginning and ending with a letter or digit.");

    public static readonly Refusal PasswordTooShort = new("password_too_short", RefusalKind.Invalid, "A password has at least 8 characters.");
    public static readonly Refusal PasswordTooLong = new("password_too_long", RefusalKind.Invalid, "A password has at most 1,024 bytes of UTF-8.");
    public static readonly Refusal PasswordTooCommon = new("password_too_common", RefusalKind.Invalid, "This password is among the first that anyone would try.");
    public static readonly Refusal DeviceInvalid = new("device_invalid", RefusalKind.Invalid, "A device's name and platform are names of 1 to 80 graphemes.");
    public static readonly Refusal WrongPassword = new("wrong_password", RefusalKind.Forbidden, "This is not your password.");
    public static readonly Refusal TokenTooOld = new("token_too_old", RefusalKind.Forbidden, "This needs a token that was issued within the last 5 minutes; log in again.");
    public static readonly Refusal NoSuchDevice = new("device_not_found", RefusalKind.NotFound, "You have no such device.");
}
