using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace Pointsman.Dns.Dynamic;

/// <summary>
/// One site's addresses for one service, rendered once when they change: an answer then only copies octets. Made for every type from the
/// same addresses, so that A, AAAA and HTTPS hints cannot disagree.
/// </summary>
public sealed class AddressFragment
{
    private AddressFragment(byte[] ipv4, byte[] ipv6, byte[]? httpsParameters)
    {
        IPv4 = ipv4;
        IPv6 = ipv6;
        HttpsParameters = httpsParameters;
    }

    /// <summary>The addresses one after another, 4 octets each.</summary>
    internal byte[] IPv4 { get; }

    /// <summary>The addresses one after another, 16 octets each.</summary>
    internal byte[] IPv6 { get; }

    /// <summary>SvcParams of an HTTPS record in ascending order of their keys (RFC 9460 §2.2); null = this service has no HTTPS record.</summary>
    internal byte[]? HttpsParameters { get; }

    /// <summary>
    /// Renders the addresses in the order given, each once. An HTTPS record tells browsers to use HTTPS only (RFC 9460 §9.5), so give
    /// <paramref name="https"/> only for a VIP that speaks TLS.
    /// </summary>
    public static AddressFragment Render(IEnumerable<IPAddress> addresses, HttpsBinding? https = null)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        var distinct = addresses.Select(a => a.IsIPv4MappedToIPv6 ? a.MapToIPv4() : a).Distinct().ToArray();
        byte[] Octets(AddressFamily family) => [.. distinct.Where(a => a.AddressFamily == family).SelectMany(a => a.GetAddressBytes())];
        var ipv4 = Octets(AddressFamily.InterNetwork);
        var ipv6 = Octets(AddressFamily.InterNetworkV6);
        return new AddressFragment(ipv4, ipv6, https?.Render(ipv4, ipv6));
    }
}

/// <summary>How a VIP is reached over TLS, for its HTTPS record.</summary>
/// <param name="Port">Written only when it is not 443.</param>
/// <param name="Protocols">ALPN identifiers, e.g. <c>h2</c>; empty = the default, HTTP/1.1.</param>
public sealed record HttpsBinding(int Port, ImmutableArray<string> Protocols)
{
    private const ushort AlpnKey = 1, PortKey = 3, IPv4HintKey = 4, IPv6HintKey = 6;

    internal byte[] Render(byte[] ipv4, byte[] ipv6)
    {
        var parameters = new List<byte>();
        void Add(ushort key, IReadOnlyCollection<byte> value) =>
            parameters.AddRange([(byte)(key >> 8), (byte)key, (byte)(value.Count >> 8), (byte)value.Count, .. value]);
        if (!Protocols.IsDefaultOrEmpty)
            Add(AlpnKey, [.. Protocols.SelectMany(p => (byte[])[(byte)p.Length, .. System.Text.Encoding.ASCII.GetBytes(p)])]);
        if (Port != 443) Add(PortKey, [(byte)(Port >> 8), (byte)Port]);
        if (ipv4.Length > 0) Add(IPv4HintKey, ipv4);
        if (ipv6.Length > 0) Add(IPv6HintKey, ipv6);
        return [.. parameters];
    }
}
