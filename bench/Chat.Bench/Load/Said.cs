using System.Globalization;

namespace Chat.Bench.Load;

/// <summary>A message of the generator: when it was due, and which one it is, in 120 bytes.</summary>
readonly record struct Said(long Due, long Id)
{
    const int Length = 120;

    public static Said Parse(string text) =>
        new(long.Parse(text.AsSpan(0, 20), CultureInfo.InvariantCulture), long.Parse(text.AsSpan(20, 20), CultureInfo.InvariantCulture));

    public override string ToString() => $"{Due:D20}{Id:D20}".PadRight(Length, 'x');
}
