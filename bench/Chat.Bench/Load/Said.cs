using System.Globalization;

namespace Chat.Bench.Load;

/// <summary>A message of the generator: when it was due, and which one it is, followed by words that people use, 120 bytes in all.</summary>
readonly record struct Said(long Due, long Id)
{
    const int Length = 120;

    static readonly string[] Words =
        "the of and to in is you that it he was for on are as with his they at be this have from or one had by word but not what all were we when your can said there use an each which she do how their if will up other about out many then them these so some her would make like him into time has look two more write go see number no way could people my than first water been call who oil its now find long down day did get come made may part"
            .Split(' ');

    public static Said Parse(string text)
    {
        var first = text.IndexOf(' ', StringComparison.Ordinal);
        var second = text.IndexOf(' ', first + 1);
        return new(long.Parse(text.AsSpan(0, first), CultureInfo.InvariantCulture), long.Parse(text.AsSpan(first + 1, second - first - 1), CultureInfo.InvariantCulture));
    }

    /// <summary>The same in front of what somebody wrote.</summary>
    public string With(string text) => $"{Due} {Id} {text}";

    public override string ToString()
    {
        var text = $"{Due} {Id}";
        for (var i = Id; text.Length < Length; i++) text += $" {Words[i * 31 % Words.Length]}";
        return text[..Length];
    }
}
