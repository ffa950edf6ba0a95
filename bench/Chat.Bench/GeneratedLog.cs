using Chat.Application.Keys;
using Chat.Application.Log;
using Chat.Domain;
using Chat.Domain.Conversations;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Bench;

/// <summary>Talk as it looks in the log: groups of ten, mostly messages, a few edits, reactions and deletes.</summary>
static class GeneratedLog
{
    const int Members = 10;
    const int PerAppend = 500;

    /// <summary>Conversations of people who have nothing but their keys.</summary>
    public static async Task Fill(IServiceProvider services, int events, int conversations)
    {
        var people = Enumerable.Range(0, Members).Select(static _ => new UserId(Guid.CreateVersion7())).ToList();
        foreach (var person in people) await services.GetRequiredService<IPersonalKeys>().Create(person, CancellationToken.None);
        await Fill(services, people, [.. Enumerable.Repeat(events / conversations, conversations)]);
    }

    /// <param name="events">How many each conversation has.</param>
    /// <returns>The conversations.</returns>
    public static async Task<List<Guid>> Fill(IServiceProvider services, List<UserId> people, IReadOnlyList<int> events)
    {
        var (log, codec) = (services.GetRequiredService<IEventLog>(), services.GetRequiredService<EventCodec>());
        var conversations = events.Select(static _ => new ConversationId(Guid.CreateVersion7())).ToList();
        await Parallel.ForAsync(0, events.Count, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, _) =>
        {
            var conversation = conversations[i];
            var stream = StreamNames.Of(conversation);
            var revision = StreamName.NoStream;
            foreach (var chunk in Talk(conversation, people, events[i]).Chunk(PerAppend))
            {
                var encoded = new List<NewEvent>(chunk.Length);
                foreach (var e in chunk)
                {
                    encoded.Add(await codec.Encode(Guid.CreateVersion7(), e, new(e.By, Guid.CreateVersion7(), revision + encoded.Count + 2), CancellationToken.None));
                }
                if (await log.Append(stream, revision, encoded, CancellationToken.None) is not AppendResult.Appended appended) throw new InvalidOperationException("conflict");
                revision = appended.LastRevision;
            }
        });
        return conversations.ConvertAll(static conversation => conversation.Value);
    }

    public static IEnumerable<ConversationEvent> Talk(ConversationId conversation, List<UserId> people, int count)
    {
        var (at, sequence, last) = (DateTimeOffset.UnixEpoch, 0L, (Message: default(MessageId), Sequence: 0L));
        yield return new ConversationStarted { By = people[0], At = at, Conversation = conversation, Kind = ConversationKind.Group, History = History.SinceJoined, Name = "bench" };
        foreach (var person in people) yield return new MemberAdded { By = people[0], At = at, Member = person, Role = Role.Member, CanPost = true };
        for (sequence = people.Count + 1; sequence < count; sequence++)
        {
            var by = people[(int)(sequence % people.Count)];
            if (last.Sequence > 0 && sequence % 20 == 0) yield return new MessageEdited { By = by, At = at, Message = last.Message, MessageSequence = last.Sequence, Body = new("edited " + new string('x', 110)) };
            else if (last.Sequence > 0 && sequence % 20 == 10) yield return new ReactionAdded { By = by, At = at, Message = last.Message, MessageSequence = last.Sequence, Reaction = "👍" };
            else
            {
                last = (new(Guid.CreateVersion7()), sequence);
                yield return new MessageSent { By = by, At = at, Message = last.Message, ClientMessage = new(Guid.NewGuid()), Body = new(new string('x', 120)) };
            }
        }
    }
}
