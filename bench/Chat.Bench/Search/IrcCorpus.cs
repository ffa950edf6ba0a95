using Chat.Application.Keys;
using Chat.Application.Log;
using Chat.Bench.Import;
using Chat.Domain;
using Chat.Domain.Conversations;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Bench.Search;

/// <summary>What was said in a folder of IRC logs, to be written straight into an event log.</summary>
public sealed class IrcCorpus
{
    const int PerAppend = 500;

    readonly IReadOnlyList<(string Log, IReadOnlyList<Step.Send> Said)> logs;

    IrcCorpus(IReadOnlyList<(string, IReadOnlyList<Step.Send>)> logs) => this.logs = logs;

    public IEnumerable<string> Texts => logs.SelectMany(static log => log.Said).Select(static said => said.Text);

    public static IrcCorpus Read(string folder) => new([.. Directory.EnumerateFiles(folder, "*.raw.txt", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        .Select(static path => ImportPlan.Of(IrcLog.Read(path)))
        .Select(static plan => (plan.Name, (IReadOnlyList<Step.Send>)[.. plan.Steps.OfType<Step.Send>()]))]);

    /// <summary>A conversation a log, with the reader in each.</summary>
    /// <returns>The message of each spoken line: log name and line.</returns>
    public async Task<Dictionary<(string Log, int Line), MessageId>> Write(IServiceProvider services, UserId reader, CancellationToken ct)
    {
        var messages = new Dictionary<(string, int), MessageId>();
        foreach (var (log, said) in logs)
        {
            var events = said.Select(line => Sent(reader, line.Text)).ToList();
            for (var i = 0; i < said.Count; i++) messages[(log, said[i].Line)] = events[i].Message;
            await Append(services, reader, log, events, ct);
        }
        return messages;
    }

    /// <summary>So many messages in so many conversations, the logs over and over; the reader is in the first fifty, somebody else in the others.</summary>
    public async Task Write(IServiceProvider services, UserId reader, UserId other, int messages, int conversations, CancellationToken ct)
    {
        var texts = Texts.ToList();
        for (var c = 0; c < conversations; c++)
        {
            var first = (int)((long)messages * c / conversations);
            var count = (int)((long)messages * (c + 1) / conversations) - first;
            var by = c < 50 ? reader : other;
            await Append(services, by, $"{c}", [.. Enumerable.Range(first, count).Select(i => Sent(by, texts[i % texts.Count]))], ct);
        }
    }

    static MessageSent Sent(UserId by, string text) => new()
    {
        By = by, At = DateTimeOffset.UtcNow, Message = new(Guid.CreateVersion7()), ClientMessage = new(Guid.NewGuid()), Body = new(text),
    };

    static async Task Append(IServiceProvider services, UserId reader, string name, IReadOnlyList<MessageSent> said, CancellationToken ct)
    {
        var (log, codec) = (services.GetRequiredService<IEventLog>(), services.GetRequiredService<EventCodec>());
        var conversation = new ConversationId(Guid.CreateVersion7());
        var at = DateTimeOffset.UtcNow;
        ConversationEvent[] start =
        [
            new ConversationStarted { By = reader, At = at, Conversation = conversation, Kind = ConversationKind.Group, History = History.Shared, Name = name },
            new MemberAdded { By = reader, At = at, Member = reader, Role = Role.Owner, CanPost = true },
        ];
        var revision = StreamName.NoStream;
        foreach (var chunk in start.Concat(said).Chunk(PerAppend))
        {
            var events = new List<NewEvent>(chunk.Length);
            foreach (var e in chunk) events.Add(await codec.Encode(Guid.CreateVersion7(), e, new(e.By, Guid.CreateVersion7(), revision + events.Count + 2), ct));
            if (await log.Append(StreamNames.Of(conversation), revision, events, ct) is not AppendResult.Appended appended) throw new InvalidOperationException("conflict");
            revision = appended.LastRevision;
        }
    }
}
