using System.Net;
using System.Net.Sockets;

namespace Pointsman.Model.Probes;

/// <summary>The local addresses that probes leave from, at most one of each family; null = the system chooses.</summary>
public sealed record SourceAddresses(IPAddress? IPv4, IPAddress? IPv6)
{
    public static SourceAddresses None { get; } = new(null, null);

    public IPAddress? For(AddressFamily family) => family == AddressFamily.InterNetworkV6 ? IPv6 : IPv4;

    /// <summary>This, and of the other what this leaves open.</summary>
    public SourceAddresses Else(SourceAddresses other) => new(IPv4 ?? other.IPv4, IPv6 ?? other.IPv6);
}
