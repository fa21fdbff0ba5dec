using System.Collections.Immutable;

namespace Pointsman.Topology;

/// <summary>
/// The autonomous systems beside the places, in tables of their own: multiplied into the places, eighty thousand systems would make
/// as many places as a city database has and more, of which no decision ever tells two apart.
/// </summary>
/// <param name="all">By the number in the maps; index 0 is none.</param>
internal sealed class NetworkMaps(ImmutableArray<AutonomousSystem?> all, RangeMap ipv4, RangeMap ipv6)
{
    public const int None = 0;

    public static readonly NetworkMaps Empty = new([null], RangeMap.Uniform(None), RangeMap.Uniform(None));

    public ImmutableArray<AutonomousSystem?> All { get; } = all;
    public RangeMap IPv4 { get; } = ipv4;
    public RangeMap IPv6 { get; } = ipv6;

    public AutonomousSystem? Find(UInt128 key, bool isIPv6)
    {
        var map = isIPv6 ? IPv6 : IPv4;
        return All[map.Values[map.Find(key)]];
    }
}
