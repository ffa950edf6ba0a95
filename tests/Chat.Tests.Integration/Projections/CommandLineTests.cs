using System.Text.Json;
using Chat.Application.Keys;
using Chat.Application.Log;
using Chat.Domain;
using Chat.Domain.Conversations;
using Chat.Projections;

namespace Chat.Tests.Integration.Projections;

public sealed class CommandLineTests(ITestOutputHelper output) : IAsyncLifetime
{
    const int Kills = 4;

    ReadSide chat = null!;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => chat = await ReadSide.Start();

    public ValueTask DisposeAsync() => chat?.DisposeAsync() ?? ValueTask.CompletedTask;

    Task<(int Code, string Answer, string Complaint)> Run(params string[] arguments) => CommandLine.Run(chat.Database.ConnectionString, arguments);

    [Fact]
    public async Task killed_again_and_again_a_rebuild_ends_right()
    {
        var seed = Environment.GetEnvironmentVariable("CHAT_TEST_SEED") is { } given ? int.Parse(given, null) : Random.Shared.Next();
        output.WriteLine($"seed {seed} (CHAT_TEST_SEED repeats it)");
        var random = new Random(seed);
        await Fill(conversations: 12, messages: 1_000);
        var (head, killedAt) = ((long)(await chat.Get<IEventLog>().Head(Ct)).Commit, 0L);
        for (var kill = 1; kill <= Kills; kill++)
        {
            using var rebuild = CommandLine.Start(chat.Database.ConnectionString, "rebuild", "timeline", "inbox", "--partitions", "2", "--rate", "6000");
            var at = Math.Min(killedAt + 1 + random.NextInt64(head / Kills), head - 1);
            while (!rebuild.HasEnded && await Furthest() < at) await Task.Delay(1, Ct);
            Assert.False(rebuild.HasEnded, "It ended before it could be killed.");
            await rebuild.Kill();
            killedAt = await Furthest();
            output.WriteLine($"killed at {killedAt} of {head}");
        }

        var (code, answer, complaint) = await Run("rebuild", "timeline", "inbox", "--json");
        Assert.True(code == 0, complaint);
        Assert.All(JsonDocument.Parse(answer).RootElement.EnumerateArray(), static verdict => Assert.Equal(0, verdict.GetProperty("differences").GetArrayLength()));
        foreach (var name in (string[])["timeline", "inbox"]) Assert.Equal(2, (await chat.Live(name)).Generation);
        await chat.Settled();
        await chat.VerifyClean();
    }

    [Fact]
    public async Task a_second_rebuild_says_that_there_is_one_already()
    {
        await Fill(conversations: 2, messages: 200);
        using var first = CommandLine.Start(chat.Database.ConnectionString, "rebuild", "inbox", "--rate", "1");
        while (await Furthest() == 0) await Task.Delay(5, Ct);
        var (code, _, complaint) = await Run("rebuild", "inbox");
        Assert.Equal(3, code);
        Assert.Contains("rebuild inbox", complaint);
    }

    [Fact]
    public async Task answers_are_json_where_that_is_asked_for()
    {
        await chat.Register("ann");
        await chat.Settled();
        var status = await Run("status", "--json");
        var directory = JsonDocument.Parse(status.Answer).RootElement.EnumerateArray().Single(static row => row.GetProperty("projection").GetString() == "directory");
        Assert.Equal((0, "running", 0), (status.Code, directory.GetProperty("state").GetString(), directory.GetProperty("lagEvents").GetInt32()));

        var behind = await Run("doctor"); // this test's host knows only a part of the schema
        Assert.Equal(1, behind.Code);
        Assert.Contains("Not applied", behind.Answer);
        await Run("log", "digest", "postgres"); // applies the rest

        var paused = await Run("pause", "directory", "--json");
        Assert.True(JsonDocument.Parse(paused.Answer).RootElement[0].GetProperty("changed").GetBoolean());
        var doctor = await Run("doctor", "--json");
        Assert.Equal(1, doctor.Code);
        Assert.Contains("resume directory", Assert.Single(
            JsonDocument.Parse(doctor.Answer).RootElement.EnumerateArray(), static finding => !finding.GetProperty("ok").GetBoolean()).GetProperty("remedy").GetString());
        await Run("resume", "directory");
        Assert.Equal(0, (await Run("doctor")).Code);
    }

    [Fact]
    public async Task what_is_wrong_is_said_with_a_code()
    {
        var unknown = await Run("verify", "nonsense");
        Assert.Equal(2, unknown.Code);
        Assert.Contains("timeline", unknown.Complaint);
        foreach (var wrong in (string[][])[["verfy"], ["push"], ["verify", "inbox", "--no-such-option"]]) Assert.Equal(2, (await Run(wrong)).Code);
        Assert.Equal(0, (await Run("push", "--help")).Code);
        Assert.Equal(1, (await Run("rollback", "inbox")).Code);
        var away = await CommandLine.Run("Host=127.0.0.1;Port=1;Username=x;Database=x", "status");
        Assert.Equal(4, away.Code);
        Assert.Contains("ConnectionStrings:Postgres", away.Complaint);
        Assert.Contains("inbox", (await Run("[suggest:25]", "chat-projections rebuild ")).Answer);
    }

    /// <summary>How far the furthest partition of any unfinished generation is.</summary>
    async Task<long> Furthest()
    {
        await using var command = chat.Database.Source.CreateCommand("""
            select greatest((select max(commit_position) from read.partitions), (select max(commit_position) from read.checkpoints where not live and retired_at is null), 0)
            """);
        return (long)(await command.ExecuteScalarAsync(Ct))!;
    }

    async Task Fill(int conversations, int messages)
    {
        const int perAppend = 250;
        var ann = await chat.Register("ann");
        var bob = await chat.Register("bob");
        for (var c = 0; c < conversations; c++)
        {
            var room = await chat.Start(ann, members: [bob]);
            var (stream, log, codec) = (StreamNames.Of(room), chat.Get<IEventLog>(), chat.Get<EventCodec>());
            var revision = await log.LastRevision(stream, Ct);
            for (var sent = 0; sent < messages; sent += perAppend)
            {
                var events = new List<NewEvent>(perAppend);
                for (var i = 0; i < perAppend; i++)
                {
                    var message = new MessageSent { By = ann, At = DateTimeOffset.UnixEpoch, Message = new(Guid.CreateVersion7()), ClientMessage = new(Guid.NewGuid()), Body = new($"message {sent + i}"), Mentions = [bob] };
                    events.Add(await codec.Encode(Guid.CreateVersion7(), message, new(ann, Guid.CreateVersion7(), revision + 2 + i), Ct));
                }
                revision = Assert.IsType<AppendResult.Appended>(await log.Append(stream, revision, events, Ct)).LastRevision;
            }
        }
        await chat.Settled();
    }
}
