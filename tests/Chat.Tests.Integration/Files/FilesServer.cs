using Chat.Application.Files;
using Chat.Domain;
using Chat.Infrastructure.Files;
using Chat.Tests.Integration.Api;

namespace Chat.Tests.Integration.Files;

/// <summary>A server with small limits on files.</summary>
public class FilesServer : ChatServer
{
    public const int MaxFileBytes = 1_000_000;
    public const int MaxImageBytes = 500_000;
    public const int Quota = 2_500_000;

    readonly HttpClient patient = new(new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromMinutes(1) });

    protected override IEnumerable<(string Name, string Value)> More =>
    [
        ("Files:MaxFileBytes", $"{MaxFileBytes}"), ("Files:MaxImageBytes", $"{MaxImageBytes}"), ("Files:Quota", $"{Quota}"),
    ];

    public async Task<Uploader> Uploader()
    {
        var person = await Person();
        if (patient.BaseAddress is null) patient.BaseAddress = Anybody().BaseAddress;
        return new(patient, person);
    }

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        patient.Dispose();
        await base.DisposeAsync();
    }

    /// <summary>What of a user's is kept: rows, and the bytes that they count.</summary>
    public async Task<(long Files, long Bytes)> Kept(Guid owner)
    {
        await using var command = Database.Source.CreateCommand(
            "select (select count(*) from chat.files where owner = $1), coalesce((select bytes from chat.file_usage where owner = $1), 0)");
        command.Parameters.Add(new() { Value = owner });
        await using var row = await command.ExecuteReaderAsync(Ct);
        await row.ReadAsync(Ct);
        return (row.GetInt64(0), row.GetInt64(1));
    }

    public Task<StoredFile?> Find(Guid id, Guid owner) => Get<Uploads>().Find(new(id), new(owner), Ct);

    /// <summary>The bytes of a complete file; null when there are none.</summary>
    public async Task<byte[]?> Content(Guid blob)
    {
        await using var stream = await Get<IBlobStore>().Read(new(blob), 0, null, Ct);
        if (stream is null) return null;
        var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, Ct);
        return bytes.ToArray();
    }
}
