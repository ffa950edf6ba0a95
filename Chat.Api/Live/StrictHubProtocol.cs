using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Chat.Api.Live;

/// <summary>
/// A protocol in which arguments that do not fit are answered by <see cref="ChatHub.Malformed"/> with a stable code. SignalR itself would
/// answer an error text that no program can rely on.
/// </summary>
sealed class StrictHubProtocol(IHubProtocol inner) : IHubProtocol
{
    public string Name => inner.Name;
    public int Version => inner.Version;
    public TransferFormat TransferFormat => inner.TransferFormat;

    public bool TryParseMessage(ref ReadOnlySequence<byte> input, IInvocationBinder binder, [NotNullWhen(true)] out HubMessage? message)
    {
        // A message of an unknown type is passed over. SignalR would look at what is behind it only when more bytes come.
        for (var left = input.Length; !inner.TryParseMessage(ref input, binder, out message); left = input.Length)
        {
            if (input.Length == left) return false;
        }
        if (message is InvocationBindingFailureMessage { InvocationId: { } id } failure && IsKnown(binder, failure.Target))
        {
            message = new InvocationMessage(id, nameof(ChatHub.Malformed), []);
        }
        return true;
    }

    public void WriteMessage(HubMessage message, IBufferWriter<byte> output) => inner.WriteMessage(message, output);

    public ReadOnlyMemory<byte> GetMessageBytes(HubMessage message) => inner.GetMessageBytes(message);

    public bool IsVersionSupported(int version) => inner.IsVersionSupported(version);

    // an unknown method is SignalR's own error, and says so
    static bool IsKnown(IInvocationBinder binder, string target)
    {
        try
        {
            return binder.GetParameterTypes(target) is not null;
        }
        catch (HubException)
        {
            return false;
        }
    }
}
