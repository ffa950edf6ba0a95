using System.Buffers;
using System.IO.Pipelines;
using System.Security.Claims;
using System.Text.Json;
using Chat.Api.Auth;
using Chat.Api.Live;
using Chat.Domain;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chat.Tests.Integration.Live;

/// <summary>A connected device without a network: what the server writes to it is read here, when somebody wants to.</summary>
sealed class PipedDevice
{
    const byte End = 0x1e;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    readonly Pipe pipe;

    public PipedDevice(UserId user, TimeProvider time, PipeOptions? bounds = null)
    {
        pipe = new(bounds ?? PipeOptions.Default);
        var claims = new ClaimsPrincipal(new ClaimsIdentity([new(Claims.User, user.ToString()), new(Claims.Device, Guid.NewGuid().ToString())]));
        var transport = new DefaultConnectionContext("it", new Duplex(pipe), new Duplex(pipe)) { User = claims };
        Connection = new(new HubConnectionContext(transport, new() { KeepAliveInterval = TimeSpan.FromMinutes(1) }, NullLoggerFactory.Instance)
        {
            Protocol = new JsonHubProtocol(),
        }, DateTimeOffset.MaxValue, time);
    }

    public LiveConnection Connection { get; }

    /// <summary>The next call of the server: the method, and its one argument.</summary>
    public async Task<(string Method, JsonElement Argument)> Next(CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        while (true)
        {
            var read = await pipe.Reader.ReadAsync(patience.Token);
            if (read.Buffer.PositionOf(End) is not { } end)
            {
                pipe.Reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }
            var call = JsonDocument.Parse(read.Buffer.Slice(0, end).ToArray()).RootElement;
            pipe.Reader.AdvanceTo(read.Buffer.GetPosition(1, end));
            return (call.GetProperty("target").GetString()!, call.GetProperty("arguments")[0]);
        }
    }

    sealed class Duplex(Pipe pipe) : IDuplexPipe
    {
        public PipeReader Input => pipe.Reader;
        public PipeWriter Output => pipe.Writer;
    }
}
