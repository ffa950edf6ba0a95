namespace Chat.Infrastructure.Elasticsearch;

/// <summary>Sends each request to the next node; one that has just failed is left out for a while, unless all have.</summary>
sealed class ElasticNodes(IReadOnlyList<Uri> nodes, TimeProvider time) : DelegatingHandler
{
    static readonly TimeSpan Rest = TimeSpan.FromSeconds(15);

    readonly long[] restsUntil = new long[nodes.Count];
    int turn = -1;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var node = Next();
        request.RequestUri = new(nodes[node], request.Options.TryGetValue(ElasticClient.Path, out var path) ? path : "");
        try
        {
            var response = await base.SendAsync(request, cancellationToken);
            if ((int)response.StatusCode is 502 or 503 or 504) LeaveOut(node);
            return response;
        }
        catch (HttpRequestException)
        {
            LeaveOut(node);
            throw;
        }
    }

    int Next()
    {
        var now = time.GetUtcNow().UtcTicks;
        var first = (int)((uint)Interlocked.Increment(ref turn) % nodes.Count);
        return Enumerable.Range(first, nodes.Count).Select(node => node % nodes.Count).MinBy(node => Math.Max(0, Interlocked.Read(ref restsUntil[node]) - now));
    }

    void LeaveOut(int node) => Interlocked.Exchange(ref restsUntil[node], (time.GetUtcNow() + Rest).UtcTicks);
}
