using Chat.Application.Push;
using Chat.Testing;

namespace Chat.Tests.Integration.Push;

/// <summary>What all senders have in common. The rest is each provider's protocol.</summary>
public abstract class SenderTests : IAsyncLifetime
{
    protected static readonly PushNotification Hello = new(Guid.NewGuid(), Guid.NewGuid(), 7, "Room", "ann: Grüße 👋", 3, "image");

    protected ProviderServer Server { get; private set; } = null!;
    protected IPushSender Sender { get; private set; } = null!;

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    protected abstract Task<ProviderServer> StartServer();

    protected abstract IPushSender Create();

    protected abstract PushTarget Target { get; }

    public virtual async ValueTask InitializeAsync()
    {
        Server = await StartServer();
        Sender = Create();
    }

    public virtual async ValueTask DisposeAsync()
    {
        (Sender as IDisposable)?.Dispose();
        await Server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected async Task<PushResult> Send(ProviderAnswer? answer = null)
    {
        if (answer is not null) Server.Usual = answer;
        return await Sender.Send(Target, Hello, Ct);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task a_provider_that_asks_to_wait_is_waited_for(int status) =>
        Assert.Equal(TimeSpan.FromSeconds(120), Assert.IsType<PushResult.Later>(await Send(new(status, RetryAfter: 120))).After);

    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    public async Task a_provider_in_trouble_is_tried_again(int status) => Assert.Null(Assert.IsType<PushResult.Later>(await Send(new(status, "<html>"))).After);

    [Theory]
    [InlineData(400)]
    [InlineData(413)]
    public async Task what_the_provider_does_not_take_is_not_tried_again(int status) =>
        Assert.Equal($"{status}", Assert.IsType<PushResult.Refused>(await Send(new(status))).Why);
}
