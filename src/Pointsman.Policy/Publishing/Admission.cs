using System.Collections.Frozen;
using System.Collections.Immutable;
using Pointsman.Model;

namespace Pointsman.Policy.Publishing;

/// <summary>
/// What a site says of its own VIPs' capacity: how many connections it wants, and which part of the users whose turn it is it will have now.
/// All memory of it lives here, with the owner; what comes out is published, and every node, the owner too, decides by what was published [S7, P2.5].
/// </summary>
public static class Admission
{
    /// <summary>The next word about the own VIPs. Pure: the same input gives the same word, on every machine.</summary>
    /// <param name="previous"><see cref="AdmissionMemory.None"/> at first; kept over reloads.</param>
    /// <param name="measured">The own site's VIPs as they are now.</param>
    /// <param name="states">Every site's newest word, the own one as published included.</param>
    public static AdmissionStep Next(
        Cluster cluster,
        SiteId self,
        AdmissionMemory previous,
        ImmutableArray<MeasuredVip> measured,
        FrozenDictionary<SiteId, SiteState> states,
        Instant now)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(previous);
        ArgumentNullException.ThrowIfNull(states);
        var vips = cluster.Services.SelectMany(service => service.Vips).Where(vip => vip.Site == self).ToDictionary(vip => vip.Key);
        return new AdmissionStep(previous, [.. measured.Select(one => vips.TryGetValue(one.Report.Vip, out var vip) ? Coarse(AtRest(vip, one.Report)) : one.Report)], null);
    }

    // A change of a twentieth is worth a word to everybody, one connection is not.
    private static VipReport Coarse(VipReport report) => report with { AdmitMillionths = (report.AdmitMillionths + (Step - 1)) / Step * Step };

    private const int Step = VipReport.AdmitAll / 20;

    /// <summary>What a site with this load says when nothing has changed for long: all up to its target, from there to its maximum evenly less, down to nothing.</summary>
    public static VipReport AtRest(Vip vip, VipReport measured)
    {
        ArgumentNullException.ThrowIfNull(vip);
        ArgumentNullException.ThrowIfNull(measured);
        long active = Math.Max(0, measured.ConnectionsActive);
        var admit = vip.Target is not { } target || active <= target ? VipReport.AdmitAll
            : measured.ConnectionsMax is not { } max ? (target * VipReport.AdmitAll / active)
            : active >= max ? 0
            : (max - active) * VipReport.AdmitAll / (max - target);
        return measured with { ConnectionsTarget = vip.Target, AdmitMillionths = (int)admit };
    }
}

/// <summary>One of the own VIPs as the switch sees it now.</summary>
/// <param name="Arrived">Connections that came to it since whenever the count began, those that were refused included; null = nobody counts.</param>
public readonly record struct MeasuredVip(VipReport Report, long? Arrived = null);

/// <param name="Next">To be handed in again the next time.</param>
/// <param name="Published">The measured reports in their order, with the owner's word in each.</param>
/// <param name="Wake">When to ask again although nothing happens; null = never.</param>
public readonly record struct AdmissionStep(AdmissionMemory Next, ImmutableArray<VipReport> Published, Instant? Wake);

/// <summary>What the owner remembers of its VIPs from one word to the next. Immutable.</summary>
public sealed class AdmissionMemory
{
    public static readonly AdmissionMemory None = new();
}
