using Chat.Bench.Api;

namespace Chat.Bench.Load;

/// <summary>A server with rooms full of connected people on it: the product, or a floor that does less.</summary>
abstract class Side(string name, ServerProcess server)
{
    public string Name { get; } = name;
    public ServerProcess Server { get; } = server;

    public abstract Task<List<Talker>> Room(int people);
}

sealed class FloorSide(string name, ServerProcess server) : Side(name, server)
{
    public override async Task<List<Talker>> Room(int people)
    {
        var room = Guid.NewGuid().ToString();
        var talkers = new List<Talker>();
        for (var i = 0; i < people; i++) talkers.Add(await FloorTalker.Join(Server, room));
        return talkers;
    }
}

sealed class ChatSide(string name, ServerProcess server, HttpClient http, bool reads = false) : Side(name, server)
{
    /// <summary>Two people talk in a direct conversation, more in a group.</summary>
    public override async Task<List<Talker>> Room(int people)
    {
        var clients = await People(people);
        var others = clients.Skip(1).Select(static client => client.UserId).ToArray();
        var room = people == 2 ? await clients[0].StartDirect(others[0]) : await clients[0].StartGroup(Guid.NewGuid(), "bench", others);
        return await Join(clients, room.Id);
    }

    /// <summary>A channel of so many members, of whom the first ones are online.</summary>
    public async Task<List<Talker>> Channel(int members, int online)
    {
        var clients = await People(members);
        var channel = await clients[0].StartChannel(Guid.NewGuid(), "bench");
        await Parallel.ForEachAsync(clients.Skip(1), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (client, _) => await clients[0].AddMember(channel.Id, client.UserId));
        return await Join(clients[..online], channel.Id);
    }

    public Task<List<ChatClient>> People(int count) => People(count, http);

    /// <param name="through">What they ask the server by.</param>
    public static async Task<List<ChatClient>> People(int count, HttpClient through)
    {
        var clients = new ChatClient[count];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
        {
            var name = $"b{Guid.NewGuid():N}"[..20];
            clients[i] = await ChatClient.SignIn(through, new(name, "correct horse battery", name));
        });
        return [.. clients];
    }

    async Task<List<Talker>> Join(List<ChatClient> clients, Guid room)
    {
        var talkers = new List<Talker>();
        foreach (var client in clients)
        {
            var talker = await ChatTalker.Join(Server, client, room);
            talker.Reads = reads;
            talkers.Add(talker);
        }
        return talkers;
    }
}
