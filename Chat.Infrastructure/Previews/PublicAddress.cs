using System.Net;
using System.Net.Sockets;

namespace Chat.Infrastructure.Previews;

/// <summary>Which addresses lie in the public internet. Whatever is not known to is taken for internal.</summary>
public static class PublicAddress
{
    // RFC 6890 and the IANA registries of special-purpose addresses
    static readonly IPNetwork[] NotPublic =
    [
        .. Networks(
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24",
            "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        // within what is global: protocols' own (Teredo among them), documentation, 6to4, which leads to any address of version 4
        .. Networks("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
    ];

    // Everything else of version 6 is private, local, multicast, mapped (::ffff:0:0/96), translated (64:ff9b::/96) or not given out.
    static readonly IPNetwork Global6 = IPNetwork.Parse("2000::/3");

    public static bool Is(IPAddress address) =>
        (address.AddressFamily == AddressFamily.InterNetwork || Global6.Contains(address)) && !Array.Exists(NotPublic, network => network.Contains(address));

    static IEnumerable<IPNetwork> Networks(params IEnumerable<string> networks) => networks.Select(IPNetwork.Parse);
}
