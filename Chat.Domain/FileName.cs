namespace Chat.Domain;

/// <summary>What a file is called by whoever uploads it: shown, and offered when it is saved. It never names anything on the server.</summary>
public static class FileName
{
    // Turns what follows around on screen, so that "exe" is read where "png" is (Trojan Source).
    const string DirectionControls = "\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069";

    public static Refusal? Check(string name) =>
        name.Length <= Limits.FileNameGraphemes * 16 && Texts.IsWellFormed(name) && Texts.HasVisible(name)
        && !name.Any(static c => char.IsControl(c) || c is '/' or '\\' || DirectionControls.Contains(c)) && name is not ("." or "..")
        && Texts.Graphemes(name) <= Limits.FileNameGraphemes
            ? null
            : Refusal.FileNameInvalid;
}
