using Chat.Application.Search;

namespace Chat.Tests.Integration.Search;

/// <summary>Which words find which texts.</summary>
public abstract partial class MessageSearchContract
{
    [Fact]
    public async Task all_words_must_be_there_in_any_order()
    {
        await Say("the kettle is on", "tea is in the kettle", "no tea today");
        Assert.Equal(["tea is in the kettle"], await Texts(Bob, "kettle tea"));
        Assert.Equal(["tea is in the kettle", "the kettle is on"], await Texts(Bob, "KETTLE"));
        Assert.Empty(await Texts(Bob, "kettle coffeepot"));
    }

    [Fact]
    public async Task a_phrase_is_words_side_by_side()
    {
        await Say("green tea please", "tea green please", "green lemon tea", "tea green");
        Assert.Equal(["green tea please"], await Texts(Bob, "\"green tea\""));
    }

    [Fact]
    public async Task a_prefix_goes_on()
    {
        await Say("installing now", "installed it", "instant coffee");
        Assert.Equal(["installed it", "installing now"], await Texts(Bob, "install*"));
        Assert.Equal(["installing now"], await Texts(Bob, "installi*"));
    }

    [Theory]
    [InlineData("Die Straße nach Málaga", "strasse malaga")]
    [InlineData("ＦＵＬＬ　ＷＩＤＴＨ", "full width")]
    [InlineData("see http://example.org/some/page.html", "example.org")]
    [InlineData("mail ann.smith@example.org", "ann.smith@example.org")]
    [InlineData("version 10.04.3 is out", "10.04.3")]
    [InlineData("good 👍 work", "👍")]
    [InlineData("我在东京都工作", "东京")]
    [InlineData("我在东京都工作", "京都")]
    [InlineData("我在东京都工作", "工")]
    [InlineData("我在东京都工作", "作")]
    [InlineData("昨日、東京タワーに行きました", "東京タワー")]
    [InlineData("昨日、東京タワーに行きました", "行きました")]
    [InlineData("내일 서울역에서 만나요", "서울역")]
    [InlineData("내일 서울역에서 만나요", "만나요")]
    [InlineData("昨日、東京 Tower に行きました", "\"東京 tower に\"")]
    [InlineData("昨日、東京 Tower に行きました", "\"tower に行きました\"")]
    [InlineData("东京 大阪 京都", "\"东京 大阪\"")]
    [InlineData("我在Ubuntu中文社区", "ubuntu中文")]
    public async Task words_are_found_in_many_scripts(string text, string query)
    {
        await Say(text, "something else entirely", "其他的话", "ほかのこと", "다른 말");
        Assert.Equal([text], await Texts(Bob, query));
    }

    [Fact]
    public async Task word_forms_are_found_alike_and_marked()
    {
        Assert.SkipUnless(KnowsForms, "This engine's distribution has no stemmers.");
        await Say("she runs every morning", "many cities");
        Assert.Equal(["she runs every morning"], await Texts(Bob, "running"));
        var hit = Assert.Single((await Find(Bob, "city")).Hits);
        Assert.Equal("cities", hit.Text.Substring(hit.Highlights[0].Start, hit.Highlights[0].Length));
        Assert.Empty(await Texts(Bob, "\"running\""));
        Assert.Empty(await Texts(Bob, "\"run\""));
    }

    [Fact]
    public async Task characters_in_another_order_are_another_word()
    {
        await Say("京东快递");
        Assert.Empty(await Texts(Bob, "东京"));
    }

    [Fact]
    public async Task words_of_two_scripts_in_another_order_are_another_phrase()
    {
        await Say("東京 Tower", "Tower 東京", "東京 の Tower");
        Assert.Equal(["東京 Tower"], await Texts(Bob, "\"東京 tower\""));
    }

    [Fact]
    public async Task typos_are_forgiven_when_nothing_is_found_as_written()
    {
        await Say("how to configure the bluetooth keyboard", "the keybord has a typo");
        var corrected = await Find(Bob, "bluetoth configrue");
        Assert.True(corrected.Corrected);
        Assert.Equal("how to configure the bluetooth keyboard", Assert.Single(corrected.Hits).Text);
        Assert.Equal(2, corrected.Hits[0].Highlights.Count);

        var literal = await Find(Bob, "keybord");
        Assert.False(literal.Corrected);
        Assert.Equal("the keybord has a typo", Assert.Single(literal.Hits).Text);
    }

    [Fact]
    public async Task highlights_say_where_it_stands()
    {
        await Say("👋 Grüße! Café au lait, 東京タワー");
        Assert.Equal(["Grüße", "Café au"], await Marked("grusse \"cafe au\""));
        Assert.Equal(["東京タワー"], await Marked("東京タワー"));
        Assert.Empty(await Marked($"from:{ann}"));

        async Task<IEnumerable<string>> Marked(string query)
        {
            var hit = Assert.Single((await Find(Bob, query)).Hits);
            return hit.Highlights.Select(part => hit.Text.Substring(part.Start, part.Length));
        }
    }
}
