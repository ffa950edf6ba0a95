using Chat.Application.Search;

namespace Chat.Tests.Unit.Search;

public sealed class SpellingTests
{
    [Theory]
    [InlineData("install", "install", 0)]
    [InlineData("instal", "install", 1)]
    [InlineData("isntall", "install", 1)]
    [InlineData("innstalll", "install", 2)]
    [InlineData("", "abc", 3)]
    [InlineData("kernel", "colonel", 4)]
    public void slips_are_counted(string one, string other, int distance) =>
        Assert.Equal((distance, distance), (Spelling.Distance(one, other), Spelling.Distance(other, one)));

    [Fact]
    public void a_word_is_counted_once_a_text_and_forgotten_with_it()
    {
        var vocabulary = new SearchVocabulary();
        vocabulary.Add(SearchText.Tokens("Ubuntu ubuntu is fine 1234 東京都庁"));
        Assert.Equal([new("fine", 1), new("ubuntu", 1)], vocabulary.Changes.OrderBy(change => change.Key));
        vocabulary.Remove("ubuntu fine");
        Assert.Empty(vocabulary.Changes);
    }
}
