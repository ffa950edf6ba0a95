namespace Chat.Application.Search;

/// <summary>How far two words are apart.</summary>
public static class Spelling
{
    /// <summary>Slips that are forgiven in a word: one up to five letters, two above.</summary>
    public static int Allowed(string word) => word.Length <= 5 ? 1 : 2;

    /// <summary>Letters changed, left out, put in, or swapped with their neighbour.</summary>
    public static int Distance(string one, string other)
    {
        var (before, previous, current) = (new int[other.Length + 1], new int[other.Length + 1], new int[other.Length + 1]);
        for (var j = 0; j <= other.Length; j++) previous[j] = j;
        for (var i = 1; i <= one.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                current[j] = Math.Min(Math.Min(previous[j], current[j - 1]) + 1, previous[j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1]) current[j] = Math.Min(current[j], before[j - 2] + 1);
            }
            (before, previous, current) = (previous, current, before);
        }
        return previous[other.Length];
    }
}
