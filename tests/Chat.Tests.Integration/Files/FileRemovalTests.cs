using Chat.Application.Files;
using Chat.Domain;
using Chat.Infrastructure.Files;
using Chat.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Tests.Integration.Files;

public sealed class FileRemovalTests(FileRemovalTests.Server server) : IClassFixture<FileRemovalTests.Server>
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    FileRemoval Removal => server.Get<FileRemoval>();

    [Fact]
    public async Task bytes_go_with_the_last_file_that_has_them()
    {
        var owner = new UserId(Guid.NewGuid());
        var (first, second) = (await Stored(owner, 5), await Stored(owner, 5));
        await server.Database.Execute($"update chat.files set blob = '{first}' where id = '{second}'");

        Assert.Equal([first], await Removal.Remove([first], Ct));
        Assert.Equal((1, 5), await server.Kept(owner.Value));
        Assert.NotNull(await server.Content(first.Value));

        Assert.Equal([second], await Removal.Remove([second, first, new(Guid.NewGuid())], Ct));
        Assert.Equal((0, 0), await server.Kept(owner.Value));
        Assert.Null(await server.Content(first.Value));
    }

    [Fact]
    public async Task files_of_several_owners_go_at_once_each_from_what_its_owner_holds()
    {
        UserId[] owners = [new(Guid.NewGuid()), new(Guid.NewGuid())];
        var files = new List<FileId>();
        foreach (var owner in owners) files.AddRange([await Stored(owner, 3), await Stored(owner, 4)]);
        var kept = await Stored(owners[1], 7);

        Assert.Equal(files.Count, (await Removal.Remove(files, Ct)).Count);
        Assert.Equal([(0, 0), (1, 7)], [await server.Kept(owners[0].Value), await server.Kept(owners[1].Value)]);
        Assert.NotNull(await server.Content(kept.Value));
    }

    [Fact]
    public async Task what_a_message_has_claimed_meanwhile_stays()
    {
        var owner = new UserId(Guid.NewGuid());
        var (claimed, free) = (await Stored(owner, 5), await Stored(owner, 6));
        await server.Database.Execute($"update chat.files set claim_conversation = gen_random_uuid(), claim_client_message = gen_random_uuid(), claims = 1 where id = '{claimed}'");
        Assert.Equal([free], await Removal.RemoveUnclaimed([claimed, free], Ct));
        Assert.Equal((1, 5), await server.Kept(owner.Value));
        Assert.NotNull(await server.Content(claimed.Value));
    }

    [Fact]
    public async Task bytes_that_could_not_be_deleted_are_deleted_when_the_store_is_back()
    {
        var file = await Stored(new(Guid.NewGuid()), 5);
        server.Blobs.Away = true;
        try
        {
            Assert.Equal([file], await Removal.Remove([file], Ct));
            await Assert.ThrowsAsync<BlobStoreUnavailableException>(() => Removal.DeleteLeftBytes(Ct));
        }
        finally
        {
            server.Blobs.Away = false;
        }
        Assert.NotNull(await server.Content(file.Value));
        Assert.Equal(1, await Removal.DeleteLeftBytes(Ct));
        Assert.Null(await server.Content(file.Value));
        Assert.Equal(0, await Removal.DeleteLeftBytes(Ct));
    }

    [Fact]
    public async Task copies_that_are_stored_while_their_file_is_removed_are_deleted_though_its_check_breaks_off()
    {
        var file = await server.Arrived(await server.Person(), Pictures.Png(), "a.png");
        var (stored, removed) = (new TaskCompletionSource<BlobKey>(), new TaskCompletionSource());
        server.Blobs.AfterPut = async key =>
        {
            server.Blobs.AfterPut = static _ => Task.CompletedTask;
            stored.SetResult(key);
            await removed.Task;
            throw new BlobStoreUnavailableException("It is away, and then it is back.");
        };
        await server.Ask(file);
        var copy = (await stored.Task.WaitAsync(Ct)).Value;
        Assert.Equal([new(file)], await Removal.Remove([new(file)], Ct));
        Assert.Contains(server.Blobs.Keys, key => key.Value == copy);
        removed.SetResult();
        while (server.Blobs.Keys.Any(key => key.Value == copy || key.Value == file)) await Task.Delay(20, Ct);
    }

    [Fact]
    public async Task while_the_store_is_away_uploads_are_told_to_wait_and_nothing_is_lost()
    {
        var ada = await server.Uploader();
        var path = await ada.Begin(3);
        server.Blobs.Away = true;
        try
        {
            Assert.NotEmpty((await ada.Append(path, 0, [1, 2, 3])).IsProblem(503, "files_unavailable").Headers["Retry-After"]);
            (await ada.Look(path)).Is(503);
        }
        finally
        {
            server.Blobs.Away = false;
        }
        (await ada.Append(path, 0, [1, 2, 3])).Is(204);
    }

    // as an upload that is complete and was not looked at
    async Task<FileId> Stored(UserId owner, int size)
    {
        var file = await server.Get<Uploads>().Create(owner, "a", null, size, Ct);
        await server.Blobs.Append(file!.Blob, 0, new MemoryStream(new byte[size]), Ct);
        await server.Blobs.Complete(file.Blob, Ct);
        return file.Id;
    }

    /// <summary>A server whose store can be away.</summary>
    public sealed class Server : FilesServer
    {
        public InMemoryBlobStore Blobs { get; } = new();

        protected override void Replace(IServiceCollection services) => services.AddSingleton<IBlobStore>(Blobs);
    }
}
