using Chat.Bench.Api;

namespace Chat.Bench.Talk;

/// <summary>Rooms full of connected people, alike on both servers.</summary>
static class Rooms
{
    public static async Task<List<Talker>> OnFloor(ServerProcess server, int people)
    {
        var room = Guid.NewGuid().ToString();
        var talkers = new List<Talker>();
        for (var i = 0; i < people; i++) talkers.Add(await FloorTalker.Join(server, room));
        return talkers;
    }

    /// <summary>Two people talk in a direct conversation, more in a group.</summary>
    public static async Task<List<Talker>> OnChat(ServerProcess server, HttpClient http, int people)
    {
        var clients = new List<ChatClient>();
        for (var i = 0; i < people; i++)
        {
            var name = $"b{Guid.NewGuid():N}"[..20];
            clients.Add(await ChatClient.SignIn(http, new(name, "correct horse battery", name)));
        }
        var others = clients.Skip(1).Select(static client => client.UserId).ToArray();
        var room = people == 2 ? await clients[0].StartDirect(others[0]) : await clients[0].StartGroup(Guid.NewGuid(), "bench", others);
        var talkers = new List<Talker>();
        foreach (var client in clients) talkers.Add(await ChatTalker.Join(server, client, room.Id));
        return talkers;
    }
}
