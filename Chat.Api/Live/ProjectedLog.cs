using System.Runtime.CompilerServices;
using Chat.Application.Log;
using Chat.Infrastructure.ReadModels;

namespace Chat.Api.Live;

/// <summary>The end of the log as clients may hear of it: each page once the read models have it, so that what is told can be read.</summary>
sealed class ProjectedLog(ReadModelProgress progress, IEventLog log)
{
    /// <summary>What is appended from now on, in order, until cancelled.</summary>
    public async IAsyncEnumerable<IReadOnlyList<StoredEvent>> Follow(StreamFilter filter, string[] models, [EnumeratorCancellation] CancellationToken ct)
    {
        var (page, applied) = (new List<StoredEvent>(), progress.Applied(models));
        // at the very start nothing is known of the read models, and nobody is there who could have missed anything
        var start = applied > LogPosition.Start ? applied : await log.Head(ct);
        await foreach (var message in log.Subscribe(start, filter, ct))
        {
            switch (message)
            {
                case LogMessage.Event arrived:
                    page.Add(arrived.Stored);
                    break;
                case LogMessage.Checkpoint when page.Count > 0:
                    if (applied < page[^1].Position) applied = await progress.Reach(page[^1].Position, models, ct);
                    yield return page;
                    page = [];
                    break;
            }
        }
    }
}
