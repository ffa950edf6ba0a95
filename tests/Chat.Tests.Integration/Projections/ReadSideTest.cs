using Chat.Domain;

namespace Chat.Tests.Integration.Projections;

/// <summary>The product without its API, with three people who are registered.</summary>
public abstract class ReadSideTest : IAsyncLifetime
{
    private protected ReadSide chat = null!;
    private protected UserId ann, bob, cat;

    private protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    public virtual async ValueTask InitializeAsync()
    {
        chat = await ReadSide.Start();
        (ann, bob, cat) = (await chat.Register("ann"), await chat.Register("bob"), await chat.Register("cat"));
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return chat?.DisposeAsync() ?? ValueTask.CompletedTask; // a set-up that failed has none
    }
}
