using System.Net;
using Pointsman.Model;

namespace Pointsman.Policy.Tables;

/// <summary>
/// What one tester sees of one site for one service [S1]: VIPs that share an IP address are one address, up only when all of them are (DNS
/// carries no port); a site is what the best of its addresses is, an address what the worst of its VIPs is: the site is up when one address is, down
/// when all are that nobody has disabled.
/// </summary>
/// <param name="Best">The fastest among the VIPs of the addresses that are up.</param>
internal readonly record struct SiteSight(HealthState State, Observation? Best)
{
    public static readonly SiteSight OfNothing = new(HealthState.Unknown, null);

    public static SiteSight Of(ReadOnlySpan<Vip> vips, IReadOnlyDictionary<VipKey, Observation> observations) => Of(vips, new SeenInDictionary(observations));

    public static SiteSight OfAddress(IPAddress address, ReadOnlySpan<Vip> vips, IReadOnlyDictionary<VipKey, Observation> observations) =>
        OfAddress(address, vips, new SeenInDictionary(observations));

    /// <summary>Its tester hands nobody there.</summary>
    public bool IsOut => State is HealthState.Down or HealthState.Overloaded or HealthState.Disabled;

    /// <param name="vips">The VIPs of that one site for that one service.</param>
    public static SiteSight Of<TSeen>(ReadOnlySpan<Vip> vips, TSeen seen)
        where TSeen : struct, ISeen
    {
        if (vips.IsEmpty) return OfNothing;
        var sight = new SiteSight(HealthState.Disabled, null);
        for (var index = 0; index < vips.Length; index++)
        {
            var address = vips[index].Address.Address;
            if (!IsNamedIn(vips[..index], address)) sight = sight.OrElse(OfAddress(address, vips, seen));
        }
        return sight;
    }

    private static SiteSight OfAddress<TSeen>(IPAddress address, ReadOnlySpan<Vip> vips, TSeen seen)
        where TSeen : struct, ISeen
    {
        var state = HealthState.Up;
        Observation? best = null;
        for (var index = 0; index < vips.Length; index++)
        {
            if (!vips[index].Address.Address.Equals(address)) continue;
            var observation = seen.Of(index, vips[index]);
            var one = observation?.State ?? HealthState.Unknown;
            if (Rank(one) < Rank(state)) state = one;
            if (observation is { IsUp: true } && (best is null || observation.ResponseMicros < best.ResponseMicros)) best = observation;
        }
        return new SiteSight(state, Rank(state) >= Rank(HealthState.Suspect) ? best : null);
    }

    private SiteSight OrElse(SiteSight other) => new(
        Rank(State) >= Rank(other.State) ? State : other.State,
        Best is null || (other.Best is not null && other.Best.ResponseMicros < Best.ResponseMicros) ? other.Best : Best);

    private static bool IsNamedIn(ReadOnlySpan<Vip> vips, IPAddress address)
    {
        foreach (var vip in vips)
        {
            if (vip.Address.Address.Equals(address)) return true;
        }
        return false;
    }

    private static int Rank(HealthState state) => state switch
    {
        HealthState.Up => 5,
        HealthState.Suspect => 4,
        HealthState.Unknown => 3,
        HealthState.Overloaded => 2,
        HealthState.Down => 1,
        _ => 0,
    };
}
