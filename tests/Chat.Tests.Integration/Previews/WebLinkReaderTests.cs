using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Text;
using Chat.Domain.Conversations;
using Chat.Infrastructure.Previews;
using Microsoft.AspNetCore.Http;

namespace Chat.Tests.Integration.Previews;

public sealed class WebLinkReaderTests
{
    const string Tea = "<title>Tea</title><meta name=description content='All about tea'>";

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static async Task<LinkPreview?> Read(PageServer server, string link)
    {
        using var reader = new WebLinkReader(server.Internet);
        return await reader.Read(link, Ct);
    }

    static async Task<PageServer> At(string host, RequestDelegate answer)
    {
        var server = await PageServer.Start(answer);
        server.Internet.Name(host, PageServer.PublicAddress);
        return server;
    }

    [Fact]
    public async Task a_page_says_what_it_is()
    {
        await using var server = await At("tea.example", static http => PageServer.Html(http, http.Request is { Host.Value: "tea.example", Path.Value: "/cups" } ? Tea : ""));
        Assert.Equal(new LinkPreview("http://tea.example/cups", "Tea", "All about tea", "tea.example"), await Read(server, "http://tea.example/cups"));
        Assert.Equal(new(IPAddress.Parse(PageServer.PublicAddress), 80), Assert.Single(server.Internet.Dialled));
    }

    [Theory]
    [InlineData("http://127.0.0.1/")]
    [InlineData("http://0.0.0.0/")]
    [InlineData("http://0/")]
    [InlineData("http://2130706433/")]
    [InlineData("http://0177.0.0.1/")]
    [InlineData("http://0x7f.0.0.1/")]
    [InlineData("http://127.1/")]
    [InlineData("http://10.0.0.1/")]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://[::1]/")]
    [InlineData("http://[::ffff:10.0.0.1]/")]
    [InlineData("http://[64:ff9b::a00:1]/")]
    [InlineData("http://[2002:a00:1::]/")]
    [InlineData("http://[fe80::1]/")]
    [InlineData("http://１２７.０.０.１/")]
    [InlineData("http://internal.example/")]
    [InlineData("http://mixed.example/")]
    [InlineData("http://localhost/")]
    [InlineData("http://nowhere.example/")]
    [InlineData("http://user@tea.example/")]
    [InlineData("http://user:secret@tea.example/")]
    [InlineData("http://tea.example:8080/")]
    [InlineData("http://tea.example:22/")]
    [InlineData("https://tea.example:6379/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("file://tea.example/etc/passwd")]
    [InlineData("gopher://tea.example/")]
    [InlineData("ftp://tea.example/")]
    [InlineData("tea")]
    public async Task what_is_not_a_page_of_the_internet_is_never_dialled(string link)
    {
        await using var server = await At("tea.example", static http => PageServer.Html(http, Tea));
        server.Internet.Name("internal.example", "192.168.1.1");
        server.Internet.Name("localhost", "127.0.0.1");
        server.Internet.Name("mixed.example", PageServer.PublicAddress, "10.0.0.1");
        Assert.Null(await Read(server, link));
        Assert.Empty(server.Internet.Dialled);
    }

    [Fact]
    public async Task a_name_that_leads_elsewhere_a_moment_later_gains_nothing()
    {
        await using var server = await At("rebinding.example", static http => PageServer.Html(http, Tea));
        server.Internet.Name("rebinding.example", "127.0.0.1");
        Assert.NotNull(await Read(server, "http://rebinding.example/"));
        Assert.Equal(PageServer.PublicAddress, Assert.Single(server.Internet.Dialled).Address.ToString());
        Assert.Null(await Read(server, "http://rebinding.example/"));
        Assert.Single(server.Internet.Dialled);
    }

    [Fact]
    public async Task where_nobody_is_at_one_address_the_next_is_dialled()
    {
        await using var server = await PageServer.Start(Tea);
        server.Internet.Name("tea.example", "2606:4700::1111", PageServer.PublicAddress);
        server.Internet.Silent.Add(IPAddress.Parse("2606:4700::1111"));
        Assert.NotNull(await Read(server, "http://tea.example/"));

        server.Internet.Silent.Add(IPAddress.Parse(PageServer.PublicAddress));
        Assert.Null(await Read(server, "http://tea.example/"));
    }

    [Theory]
    [InlineData("http://10.0.0.1/")]
    [InlineData("http://169.254.169.254/")]
    [InlineData("//127.0.0.1/")]
    [InlineData("http://tea.example:8080/")]
    [InlineData("http://user@tea.example/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("gopher://tea.example/")]
    [InlineData("http://[")]
    public async Task a_redirect_leads_no_further_than_a_link(string location)
    {
        await using var server = await At("tea.example", http =>
        {
            (http.Response.StatusCode, http.Response.Headers.Location) = (302, location);
            return Task.CompletedTask;
        });
        Assert.Null(await Read(server, "http://tea.example/"));
        Assert.Single(server.Internet.Dialled);
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(4, false)]
    [InlineData(1_000, false)]
    public async Task three_redirects_are_followed_and_no_more(int steps, bool followed)
    {
        await using var server = await At("tea.example", async http =>
        {
            var step = int.Parse(http.Request.Query["step"].ToString(), System.Globalization.CultureInfo.InvariantCulture);
            if (step > 0) (http.Response.StatusCode, http.Response.Headers.Location) = (301, $"/?step={step - 1}");
            else await PageServer.Html(http, Tea);
        });
        Assert.Equal(followed, await Read(server, $"http://tea.example/?step={steps}") is not null);
        Assert.Equal(Math.Min(steps, 3) + 1, server.Internet.Dialled.Count);
    }

    [Theory]
    [InlineData(404, "text/html")]
    [InlineData(500, "text/html")]
    [InlineData(200, "application/json")]
    [InlineData(200, "image/svg+xml")]
    [InlineData(200, "application/xhtml+xml")]
    [InlineData(200, null)]
    public async Task only_a_page_is_read(int status, string? type)
    {
        await using var server = await At("tea.example", http =>
        {
            (http.Response.StatusCode, http.Response.ContentType) = (status, type);
            return http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(Tea), http.RequestAborted).AsTask();
        });
        Assert.Null(await Read(server, "http://tea.example/"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task an_endless_page_is_cut_at_a_mebibyte_packed_or_not(bool packed)
    {
        await using var server = await At("tea.example", async http =>
        {
            http.Response.ContentType = "text/html";
            if (packed) http.Response.Headers.ContentEncoding = "gzip";
            await using var body = packed ? new GZipStream(http.Response.Body, CompressionLevel.Fastest) : http.Response.Body;
            await body.WriteAsync(Encoding.UTF8.GetBytes(Tea), http.RequestAborted);
            for (var zeros = new byte[64 * 1024]; ;) await body.WriteAsync(zeros, http.RequestAborted);
        });
        Assert.Equal("Tea", (await Read(server, "http://tea.example/"))?.Title); // were it read on, the time would be over first, and there would be none
    }

    [Fact]
    public async Task a_page_that_drips_is_given_up()
    {
        await using var server = await At("tea.example", static async http =>
        {
            await PageServer.Html(http, "<title>T");
            await http.Response.Body.FlushAsync(http.RequestAborted);
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        });
        var watch = Stopwatch.StartNew();
        Assert.Null(await Read(server, "http://tea.example/"));
        Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task what_is_not_packed_as_it_says_has_no_preview()
    {
        await using var server = await At("tea.example", static http =>
        {
            http.Response.Headers.ContentEncoding = "gzip";
            return PageServer.Html(http, Tea);
        });
        Assert.Null(await Read(server, "http://tea.example/"));
    }

    [Fact]
    public async Task nothing_of_ours_goes_with_the_question()
    {
        HeaderDictionary? headers = null;
        await using var server = await At("tea.example", http =>
        {
            headers = new HeaderDictionary(http.Request.Headers.ToDictionary());
            http.Response.Headers.SetCookie = "a=b";
            return PageServer.Html(http, Tea);
        });
        using var activity = new Activity("request").Start();
        await Read(server, "http://tea.example/");
        Assert.Equal(["Accept", "Accept-Encoding", "Host", "User-Agent"], headers!.Keys.Order());
    }
}
