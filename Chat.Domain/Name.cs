namespace Chat.Domain;

/// <summary>What people and conversations are called on screen.</summary>
public static class Name
{
    public static Refusal? Check(string name) =>
        name.Length <= Limits.NameGraphemes * 16 && Texts.IsWellFormed(name) && Texts.HasVisible(name)
        && !name.Any(char.IsControl) && Texts.Graphemes(name) <= Limits.NameGraphemes
            ? null
            : Refusal.NameInvalid;
}
