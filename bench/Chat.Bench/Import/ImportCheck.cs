using Chat.Bench.Api;

namespace Chat.Bench.Import;

/// <summary>Compares a conversation's history with the log it was played from.</summary>
public static class ImportCheck
{
    /// <summary>What differs, in sentences; nothing when every message is there once, in order, with its text, sender and reply target.</summary>
    public static IEnumerable<string> Differences(ImportPlan plan, IReadOnlyList<Entry> history)
    {
        var sends = plan.Steps.OfType<Step.Send>().ToList();
        var keys = sends.ToDictionary(send => Progress.ClientMessageId(plan.Name, send.Line), static send => send);
        // what people said there beside the log is theirs
        var found = history.Where(entry => entry.Message is { } message && keys.ContainsKey(message.ClientMessageId)).ToList();
        if (found.Count != sends.Count) yield return $"{plan.Name}: {sends.Count} messages in the log, {found.Count} in the history";

        var ids = found.DistinctBy(static entry => entry.Message!.ClientMessageId).ToDictionary(static entry => entry.Message!.ClientMessageId, static entry => entry.Message!.Id);
        var people = new Dictionary<string, Guid>();
        foreach (var (send, entry) in sends.Zip(found))
        {
            var message = entry.Message!;
            var actual = keys[message.ClientMessageId];
            var target = send.AnswerTo is { } line ? ids.GetValueOrDefault(Progress.ClientMessageId(plan.Name, line)) : (Guid?)null;
            if (actual != send) yield return $"{plan.Name}: line {send.Line} is expected, line {actual.Line} stands there (sequence {entry.Sequence})";
            else if (message.Text != send.Text) yield return $"{plan.Name}, line {send.Line}: the text differs";
            else if (message.ReplyTo != target) yield return $"{plan.Name}, line {send.Line}: the reply target differs";
            else if (!people.TryAdd(send.Person, entry.By) && people[send.Person] != entry.By) yield return $"{plan.Name}, line {send.Line}: the sender differs";
        }
        if (people.Values.Distinct().Count() != people.Count) yield return $"{plan.Name}: two people of the log are one user";
        if (found.Zip(found.Skip(1)).Any(static pair => pair.First.Sequence >= pair.Second.Sequence)) yield return $"{plan.Name}: sequences do not ascend";
    }
}
