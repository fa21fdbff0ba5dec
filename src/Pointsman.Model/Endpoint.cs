using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Pointsman.Model;

/// <summary>
/// An IP address and a port, compared by value. Unlike <see cref="IPEndPoint"/> it cannot change after it was published in a
/// snapshot. Text form: <c>192.0.2.1:80</c> or <c>[2001:db8::1]:80</c>.
/// </summary>
public readonly record struct Endpoint(IPAddress Address, int Port)
{
    public IPEndPoint ToIPEndPoint() => new(Address, Port);

    public static Endpoint From(IPEndPoint endPoint) => new(endPoint.Address, endPoint.Port);

    /// <summary>Reads <c>ADDRESS:PORT</c>. The port is required; brackets are required around an IPv6 address; dotted IPv4 needs all four parts.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Endpoint endpoint)
    {
        endpoint = default;
        if (text is null) return false;
        var colon = text.LastIndexOf(':');
        if (colon <= 0) return false;
        var host = text.AsSpan(0, colon);
        var bracketed = host.Length > 2 && host[0] == '[' && host[^1] == ']';
        if (bracketed) host = host[1..^1];
        if (!IPAddress.TryParse(host, out var address)) return false;
        if (bracketed != (address.AddressFamily == AddressFamily.InterNetworkV6)) return false;
        // IPAddress reads "10.1" as 10.0.0.1; an operator who wrote that made a mistake.
        if (!bracketed && host.Count('.') != 3) return false;
        if (!ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)) return false;
        endpoint = new Endpoint(address, port);
        return true;
    }

    public override string ToString() => Address.AddressFamily == AddressFamily.InterNetworkV6
        ? string.Create(CultureInfo.InvariantCulture, $"[{Address}]:{Port}")
        : string.Create(CultureInfo.InvariantCulture, $"{Address}:{Port}");
}
