using System.Text;
using Chat.Testing;

namespace Chat.Tests.Integration.Api;

/// <summary>A group of an owner and two members, with one message of the first of them.</summary>
public sealed record Group(Guid Id, Guid Message, Person Owner, Person Member, Person Other)
{
    public static async Task<Group> Start(ChatServer server)
    {
        var (member, other) = (await server.Person(), await server.Person());
        var id = await server.Ada.StartGroup(member, other);
        var sent = (await member.Say(id, "hello")).Is(201);
        return new(id, sent["id"].GetGuid(), server.Ada, member, other);
    }

    /// <param name="path">Below the conversation, with $owner, $member, $other and $message for their ids.</param>
    public Task<Answer> Ask(Person by, string method, string path, string? body) => by.Send(
        new(method),
        new StringBuilder($"/v1/conversations/{Id}{path}")
            .Replace("$owner", $"{Owner.Id}").Replace("$member", $"{Member.Id}").Replace("$other", $"{Other.Id}").Replace("$message", $"{Message}").ToString(),
        body is null ? null : new StringContent(body, Encoding.UTF8, "application/json"));
}

/// <summary>A server with a group that no test changes, somebody who never was in it and somebody who was removed.</summary>
public sealed class ServerWithGroup : IAsyncLifetime
{
    public ChatServer Server { get; } = new();
    public Group Group { get; private set; } = null!;
    public Person Stranger { get; private set; } = null!;
    public Person Former { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        if (!TestDatabase.HasServer) return;
        await Server.InitializeAsync();
        (Group, Stranger, Former) = (await Group.Start(Server), await Server.Person(), await Server.Person());
        (await Group.Owner.Put($"/v1/conversations/{Group.Id}/members/{Former.Id}")).Is(200);
        var removed = (await Group.Owner.Delete($"/v1/conversations/{Group.Id}/members/{Former.Id}")).Is(200);
        foreach (var read in new[] { "", "/messages" })
        {
            (await Group.Ask(Group.Owner, "GET", $"{read}?atLeast={removed.Text("position")}", null)).Is(200);
        }
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
