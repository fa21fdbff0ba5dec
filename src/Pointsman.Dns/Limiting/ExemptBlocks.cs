using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Pointsman.Dns.Dynamic;

namespace Pointsman.Dns.Limiting;

/// <summary>Who is never limited: loopback, which no packet from outside can claim, and the operator's own blocks.</summary>
internal sealed class ExemptBlocks
{
    private static readonly UInt128 s_loopbackIPv6 = UInt128.One;
    private readonly bool _limitLoopback;
    private readonly (UInt128 First, UInt128 Last)[] _ipv4;
    private readonly (UInt128 First, UInt128 Last)[] _ipv6;

    public ExemptBlocks(ImmutableArray<IPNetwork> networks, bool limitLoopback)
    {
        _limitLoopback = limitLoopback;
        _ipv4 = RangesOf(networks, AddressFamily.InterNetwork);
        _ipv6 = RangesOf(networks, AddressFamily.InterNetworkV6);
    }

    public bool Contains(ClientAddress source)
    {
        if (!_limitLoopback && (source.IsIPv6 ? source.Bits == s_loopbackIPv6 : source.IPv4Bits >> 24 == 127)) return true;
        var ranges = source.IsIPv6 ? _ipv6 : _ipv4;
        var (low, high) = (0, ranges.Length - 1);
        // Ends: the stretch is halved each time.
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            if (source.Bits < ranges[middle].First) high = middle - 1;
            else if (source.Bits > ranges[middle].Last) low = middle + 1;
            else return true;
        }
        return false;
    }

    /// <summary>Sorted, and joined where they overlap or touch, so that one search finds the only candidate.</summary>
    private static (UInt128 First, UInt128 Last)[] RangesOf(ImmutableArray<IPNetwork> networks, AddressFamily family)
    {
        var joined = new List<(UInt128 First, UInt128 Last)>();
        foreach (var range in networks.Where(n => n.BaseAddress.AddressFamily == family).Select(RangeOf).Order())
        {
            if (joined.Count > 0 && range.First <= joined[^1].Last) joined[^1] = (joined[^1].First, UInt128.Max(joined[^1].Last, range.Last));
            else joined.Add(range);
        }
        return [.. joined];
    }

    private static (UInt128 First, UInt128 Last) RangeOf(IPNetwork network)
    {
        var width = network.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        Span<byte> octets = stackalloc byte[16];
        network.BaseAddress.TryWriteBytes(octets, out var written);
        var first = UInt128.Zero;
        foreach (var octet in octets[..written]) first = (first << 8) | octet;
        var host = width - network.PrefixLength;
        return (first, first | (host == 128 ? UInt128.MaxValue : (UInt128.One << host) - 1));
    }
}
