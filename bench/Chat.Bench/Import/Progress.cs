using Chat.Bench.Api;
using Chat.Domain;

namespace Chat.Bench.Import;

/// <summary>How far an earlier run came, told by what the conversation holds. What others have written there in between is passed over.</summary>
public static class Progress
{
    static readonly Guid Lines = new("2f1a7b5e-7f0c-4d3a-8f55-0d3c4c1b9a11");

    /// <summary>The idempotency key of a line: the same in every run.</summary>
    public static Guid ClientMessageId(string log, int line) => NameBasedGuid.Create(Lines, $"{log}:{line}");

    /// <summary>
    /// How many steps are done. Messages are known by their keys; of the comings and goings after the last of them, those that the
    /// history shows in this order are done too.
    /// </summary>
    /// <param name="idOf">The user id of a person; asked only for those who come or go after the last message.</param>
    public static async Task<int> Of(ImportPlan plan, IReadOnlyList<Entry> history, Func<Step, Task<Guid>> idOf)
    {
        var keys = history.Select(static entry => entry.Message?.ClientMessageId).OfType<Guid>().ToHashSet();
        var done = plan.Steps.Count;
        while (done > 0 && !(plan.Steps[done - 1] is Step.Send send && keys.Contains(ClientMessageId(plan.Name, send.Line)))) done--;

        var last = done == 0 ? Guid.Empty : ClientMessageId(plan.Name, plan.Steps[done - 1].Line);
        var since = done == 0 ? history : history.SkipWhile(entry => entry.Message?.ClientMessageId != last);
        foreach (var notice in since.Where(static entry => entry.Kind is "memberAdded" or "memberLeft"))
        {
            while (done < plan.Steps.Count && plan.Steps[done] is Step.Rename) done++;
            if (done == plan.Steps.Count || plan.Steps[done] is Step.Send) break;
            if (Says(notice) == (plan.Steps[done] is Step.Enter, await idOf(plan.Steps[done]))) done++;
        }
        return done;
    }

    static (bool Entered, Guid Who) Says(Entry notice) => notice.Kind == "memberAdded" ? (true, notice.Notice?.MemberId ?? default) : (false, notice.By);
}
