namespace Chat.Application.Log;

/// <summary>The words of a user: sealed in the log under a key of their own.</summary>
public static class PersonalText
{
    /// <summary>What a text reads as once its author's key has been destroyed.</summary>
    public const string Erased = "[erased]";
}
