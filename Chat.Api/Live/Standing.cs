using Chat.Application.Timeline;

namespace Chat.Api.Live;

/// <summary>Where a device stands in a conversation.</summary>
abstract record Standing
{
    Standing() { }

    /// <summary>It has all there is.</summary>
    public sealed record Current(long Head) : Standing;

    /// <param name="From">The first entry it has not and may see.</param>
    public sealed record Behind(long From, long Head) : Standing
    {
        public long Missed => Head - From + 1;
    }

    /// <summary>It has what is not there (yet).</summary>
    public sealed record Ahead(long Last, long Head) : Standing;

    /// <summary>What it has is of another log: before a backup was restored, or of another server.</summary>
    public sealed record OtherLog(long Head) : Standing;

    /// <summary>Its user is no member.</summary>
    public sealed record Foreign : Standing;

    /// <param name="last">The last sequence the device has, -1 for none.</param>
    public static Standing Of(long last, Visibility? visible, bool sameLog) => visible switch
    {
        null => new Foreign(),
        _ when !sameLog => new OtherLog(visible.Head),
        _ when last > visible.Head => new Ahead(last, visible.Head),
        _ when last == visible.Head => new Current(visible.Head),
        _ => new Behind(Math.Max(last + 1, visible.From), visible.Head),
    };
}
