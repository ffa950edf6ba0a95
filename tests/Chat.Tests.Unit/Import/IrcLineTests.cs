using Chat.Bench.Import;

namespace Chat.Tests.Unit.Import;

public sealed class IrcLineTests
{
    [Theory]
    [InlineData("[09:15] <ann> hello there", "ann", "hello there")]
    [InlineData("[09:15] <ann>   indented, <b>kept</b>  ", "ann", "  indented, <b>kept</b>  ")]
    [InlineData("[09:15] <we[ird] > the space is the log's", "we[ird]", "the space is the log's")]
    [InlineData("[09:15] <ann>", "ann", "")]
    [InlineData("[09:15]  * ann waves", "ann", "* ann waves")]
    [InlineData("[09:15]  * ann", "ann", "* ann")]
    [InlineData("* ann waves", "ann", "* ann waves")]
    [InlineData("=== ann waves as they did in 2005", "ann", "* ann waves as they did in 2005")]
    public void talk_and_actions_are_said(string line, string nick, string text) =>
        Assert.Equal(new IrcLine.Said(nick, text), IrcLine.Parse(line));

    [Theory]
    [InlineData("=== ann has joined #tea")]
    [InlineData("=== ann [n=ann@host.example]  has joined #tea")]
    public void joining_is_seen(string line) => Assert.Equal(new IrcLine.Joined("ann"), IrcLine.Parse(line));

    [Theory]
    [InlineData("=== ann has left #tea")]
    [InlineData("=== ann [~ann@host.example]  has left #tea [\"bye, has joined the others\"]")]
    [InlineData("=== ann has quit [Ping timeout]")]
    public void leaving_is_seen(string line) => Assert.Equal(new IrcLine.Left("ann"), IrcLine.Parse(line));

    [Fact]
    public void renaming_is_seen() => Assert.Equal(new IrcLine.Renamed("ann", "ann|away"), IrcLine.Parse("=== ann is now known as ann|away "));

    [Theory]
    [InlineData("")]
    [InlineData("=== mode/#tea [+o ann]  by Chan")]
    [InlineData("=== netjoined: irc.example -> hub.example")]
    [InlineData("=== ..[topic/#tea:ann] : Tea is ready")]
    public void what_no_conversation_knows_is_left_out(string line) => Assert.IsType<IrcLine.Other>(IrcLine.Parse(line));
}
