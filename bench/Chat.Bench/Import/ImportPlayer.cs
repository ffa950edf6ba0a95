using Chat.Bench.Api;
using Chat.Domain;

namespace Chat.Bench.Import;

/// <summary>What playing one log came to.</summary>
/// <param name="AlreadyThere">Messages that an earlier run had sent.</param>
/// <param name="Repeated">Messages sent again, since the answer to the first send was lost; the server kept the first.</param>
sealed record Played(ImportPlan Plan, int Sent, int AlreadyThere, int Repeated, int Members, IReadOnlyList<string> Refused);

/// <summary>Plays a plan through the public API: one step after the other, each as the person who did it.</summary>
sealed class ImportPlayer(People people, Action<string> stepDone)
{
    static readonly Guid Conversations = new("2f1a7b5e-7f0c-4d3a-8f55-0d3c4c1b9a12");

    public async Task<Played> Play(ImportPlan plan, CancellationToken ct)
    {
        var (keeper, conversation, history) = await Open(plan, ct);
        var messages = history.Where(static entry => entry.Message is not null).ToDictionary(static entry => entry.Message!.ClientMessageId, static entry => entry.Message!.Id);
        var nicks = new Dictionary<string, string>();
        var done = await Progress.Of(plan, history, async step => (await Person(step)).UserId);

        var (sent, repeated, members) = (0, 0, 0);
        List<string> refused = [];
        foreach (var (index, step) in plan.Steps.Index())
        {
            ct.ThrowIfCancellationRequested();
            if (step is Step.Enter entered) nicks.TryAdd(step.Person, entered.Nick);
            if (index >= done)
            {
                try { await Do(step); }
                catch (RefusedException why) { refused.Add($"{plan.Name}, line {step.Line}: {why.Message}"); }
            }
            stepDone(plan.Name);
        }
        return new(plan, sent, plan.Steps.Take(done).Count(static step => step is Step.Send), repeated, members, refused);

        async Task Do(Step step)
        {
            var person = await Person(step);
            switch (step)
            {
                case Step.Enter:
                    await keeper.AddMember(conversation, person.UserId);
                    members++;
                    break;
                case Step.Leave:
                    await person.Leave(conversation);
                    members++;
                    break;
                case Step.Rename rename:
                    await person.Rename(rename.Nick);
                    break;
                case Step.Send send:
                    Guid? replyTo = send.AnswerTo is { } line && messages.TryGetValue(Progress.ClientMessageId(plan.Name, line), out var first) ? first : null;
                    var key = Progress.ClientMessageId(plan.Name, send.Line);
                    var answer = await person.Send(conversation, key, send.Text, replyTo);
                    messages[key] = answer.Id;
                    if (answer.Repeated) repeated++;
                    else sent++;
                    break;
            }
        }

        Task<ChatClient> Person(Step step) => people.Get(step.Person, (step as Step.Enter)?.Nick ?? nicks.GetValueOrDefault(step.Person, step.Person));
    }

    /// <summary>The conversation of a log, and the one who keeps it: found again, with all it holds, when it was started before.</summary>
    public async Task<(ChatClient Keeper, Guid Conversation, List<Entry> History)> Open(ImportPlan plan, CancellationToken ct)
    {
        var keeper = await people.Get("log keeper", "Log keeper");
        var started = await keeper.StartGroup(NameBasedGuid.Create(Conversations, plan.Name), plan.Name);
        return (keeper, started.Id, await keeper.History(started.Id, started.Position).ToListAsync(ct));
    }
}
