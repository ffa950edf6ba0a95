using System.Security.Cryptography;
using System.Text;

namespace Chat.Domain;

public readonly record struct UserId(Guid Value)
{
    public override string ToString() => Value.ToString();
}

public readonly record struct DeviceId(Guid Value)
{
    public override string ToString() => Value.ToString();
}

public readonly record struct MessageId(Guid Value)
{
    public override string ToString() => Value.ToString();
}

/// <summary>The sender's own name for a message: the idempotency key of a send.</summary>
public readonly record struct ClientMessageId(Guid Value)
{
    public override string ToString() => Value.ToString();
}

public readonly record struct ConversationId(Guid Value)
{
    static readonly Guid Directs = new("5f0f5a0c-3f5e-4d1e-9b0f-6f0a4e1b7c01");
    static readonly Guid Named = new("5f0f5a0c-3f5e-4d1e-9b0f-6f0a4e1b7c02");

    /// <summary>The one direct conversation of a pair, whoever starts it.</summary>
    public static ConversationId Direct(UserId one, UserId other)
    {
        var (first, second) = one.Value.CompareTo(other.Value) < 0 ? (one, other) : (other, one);
        return new(NameBasedGuid.Create(Directs, $"{first.Value:N}{second.Value:N}"));
    }

    /// <summary>The conversation a user starts under a key of their own: a repeated start finds the first one.</summary>
    public static ConversationId StartedBy(UserId starter, Guid key) =>
        new(NameBasedGuid.Create(Named, $"{starter.Value:N}{key:N}"));

    public override string ToString() => Value.ToString();
}

/// <summary>UUID version 5 (RFC 9562, 5.5): the same name in the same namespace is always the same id.</summary>
public static class NameBasedGuid
{
    public static Guid Create(Guid ns, ReadOnlySpan<char> name)
    {
        Span<byte> input = stackalloc byte[16 + Encoding.UTF8.GetMaxByteCount(name.Length)];
        ns.TryWriteBytes(input, bigEndian: true, out _);
        var length = 16 + Encoding.UTF8.GetBytes(name, input[16..]);

        Span<byte> hash = stackalloc byte[20];
#pragma warning disable CA5350 // version 5 is defined over SHA-1; it names things and protects nothing
        SHA1.HashData(input[..length], hash);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
