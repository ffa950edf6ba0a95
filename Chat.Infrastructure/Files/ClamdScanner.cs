using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Chat.Application.Files;
using Microsoft.Extensions.Options;

namespace Chat.Infrastructure.Files;

/// <summary>ClamAV's daemon, or whatever speaks its protocol: INSTREAM sends the content in chunks and is answered with one line.</summary>
public sealed class ClamdScanner(IOptions<ScannerOptions> options) : IVirusScanner
{
    const int Chunk = 64 * 1024;

    public async Task<string?> Scan(Stream content, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(options.Value.Timeout);
        try
        {
            return Finding(await Ask(content, limit.Token));
        }
        catch (Exception fault) when (fault is SocketException or IOException)
        {
            throw new ScannerUnavailableException("The virus scanner is out of reach.", fault);
        }
        catch (OperationCanceledException fault) when (!ct.IsCancellationRequested)
        {
            throw new ScannerUnavailableException("The virus scanner takes too long.", fault);
        }
    }

    async Task<string> Ask(Stream content, CancellationToken ct)
    {
        var address = options.Value.EndPoint!;
        using var socket = new Socket(address.AddressFamily == AddressFamily.Unix ? AddressFamily.Unix : AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Unspecified);
        if (socket.AddressFamily == AddressFamily.InterNetworkV6) socket.DualMode = true;
        await socket.ConnectAsync(address, ct);
        await using var connection = new NetworkStream(socket);
        await connection.WriteAsync("zINSTREAM\0"u8.ToArray(), ct);
        var chunk = new byte[sizeof(int) + Chunk];
        int length;
        do
        {
            length = await content.ReadAsync(chunk.AsMemory(sizeof(int)), ct); // 0 at the end, and an empty chunk ends the stream
            BinaryPrimitives.WriteInt32BigEndian(chunk, length);
            await connection.WriteAsync(chunk.AsMemory(0, sizeof(int) + length), ct);
        }
        while (length > 0);
        using var answer = new StreamReader(connection, Encoding.UTF8);
        return (await answer.ReadToEndAsync(ct)).TrimEnd('\0', '\n');
    }

    // Anything but these two, such as a content larger than the daemon takes, is no answer about the file.
    static string? Finding(string answer) => answer switch
    {
        "stream: OK" => null,
        ['s', 't', 'r', 'e', 'a', 'm', ':', ' ', .. var found] when found.EndsWith(" FOUND", StringComparison.Ordinal) => found[..^" FOUND".Length],
        "" => throw new ScannerUnavailableException("The virus scanner hung up."),
        _ => throw new InvalidDataException($"The virus scanner says: {answer}"),
    };
}
