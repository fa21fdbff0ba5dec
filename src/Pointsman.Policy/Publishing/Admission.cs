using System.Collections.Frozen;
using System.Collections.Immutable;
using Pointsman.Model;

namespace Pointsman.Policy.Publishing;

/// <summary>
/// What a site says of its own VIPs' capacity: how many connections it wants, which part of the users whose turn it is it will have now, and whether it
/// is held. All memory of it lives here, with the owner; what comes out is published, and every node, the owner too, decides by what was published
/// [S7, P2.5]. Three things in order: is the service in use here (<see cref="ReturnMemory"/>), how fast may its words change
/// (<see cref="AdmissionPace"/>), and what does each VIP admit (<see cref="VipMemory"/>, <see cref="AdmitControl"/>).
/// </summary>
public static class Admission
{
    // The others' columns are read again this often: a vote is no news that hurries, the tables follow it by themselves.
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    // And more seldom in a large cluster: reading so many observations takes some milliseconds, and shall never be more than a small part of a core.
    private const int ObservationsALook = 20_000;

    /// <summary>The next word about the own VIPs. Pure: the same input gives the same word, on every machine.</summary>
    /// <param name="previous"><see cref="AdmissionMemory.None"/> at first; kept over reloads.</param>
    /// <param name="measured">The own site's VIPs as they are now.</param>
    /// <param name="states">Every site's newest word, the own one as published included.</param>
    public static AdmissionStep Next(
        Cluster cluster,
        SiteId self,
        AdmissionMemory previous,
        ImmutableArray<MeasuredVip> measured,
        IReadOnlyDictionary<SiteId, SiteState> states,
        Instant now)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(previous);
        ArgumentNullException.ThrowIfNull(states);
        var looks = previous.SightsAt is not { } looked || !ReferenceEquals(previous.Cluster, cluster)
            || (now - looked >= LookEvery && now - looked >= LookEvery * (1 + (states.Values.Sum(state => state.Observations.Length) / ObservationsALook)));
        var sights = looks ? OthersSight.Of(cluster, self, states, now) : previous.Sights;
        var byVip = new Dictionary<VipKey, MeasuredVip>(measured.Length);
        foreach (var one in measured) byVip[one.Report.Vip] = one;

        var services = new Dictionary<ServiceId, ReturnMemory>();
        var vips = new Dictionary<VipKey, VipMemory>();
        var words = new Dictionary<VipKey, (int? Target, VipMemory Memory, bool IsHeld)>();
        TimeSpan? wake = null;
        foreach (var service in cluster.Services)
        {
            var own = service.Vips.Where(vip => vip.Site == self && byVip.ContainsKey(vip.Key)).ToArray();
            if (own.Length == 0) continue;
            var pace = AdmissionPace.Of(service);
            var sight = sights.GetValueOrDefault(service.Id);
            var before = previous.Services.TryGetValue(service.Id, out var known) ? known : new ReturnMemory
            {
                Since = now,
                IsHeld = previous.Stored.Contains(service.Id),
                // What starts drained comes back when the order is lifted: by the ramp, like what went out while this node ran.
                WasUp = previous.Stored.Contains(service.Id) || own.All(vip => byVip[vip.Key].Report.Condition == VipCondition.Draining),
            };
            var state = before.Next(
                own.All(vip => byVip[vip.Key].Report.Condition == VipCondition.Down),
                own.All(vip => Refuses(byVip[vip.Key].Report.Condition)),
                sight,
                service.Policy.Failback,
                now,
                () => ReturnMemory.IsLast(cluster, self, service, states, now));
            services[service.Id] = state;
            var begins = before.BeginsRamp(state, sight);
            foreach (var vip in own)
            {
                var measure = byVip[vip.Key];
                var isOpen = !state.IsOut && !state.IsHeld && !Refuses(measure.Report.Condition);
                var memory = previous.Vips.TryGetValue(vip.Key, out var last)
                    ? last.Next(measure, isOpen, isOpen && (begins || (before.WasUp && !last.IsOpen && !before.IsHeld)), Aim.Of(vip, measure, sight.Room), pace, now)
                    : VipMemory.First(measure, isOpen, !state.IsOut && !begins, now).Next(measure, isOpen, isOpen && begins, Aim.Of(vip, measure, sight.Room), pace, now);
                vips[vip.Key] = memory = memory with { Target = vip.Target };
                words[vip.Key] = (vip.Target, memory, state.IsHeld);
                if (vip.Target is not null || memory.RampSince is not null || state.BackAt is not null) wake = wake is { } soon && soon < pace.Step ? soon : pace.Step;
            }
        }

        var next = new AdmissionMemory(cluster, services.ToFrozenDictionary(), vips.ToFrozenDictionary(), sights, looks ? now : previous.SightsAt)
        {
            Stored = previous.Stored.Where(service => !services.ContainsKey(service)).ToFrozenSet(),
        };
        return new AdmissionStep(next, [.. measured.Select(Word)], wake is { } span ? now + span : null);

        VipReport Word(MeasuredVip one) => !words.TryGetValue(one.Report.Vip, out var word) ? one.Report : one.Report with
        {
            ConnectionsTarget = word.Target,
            AdmitMillionths = word.Memory.Admit,
            Condition = word.IsHeld && !Refuses(one.Report.Condition) ? VipCondition.Held : one.Report.Condition,
        };
    }

    /// <summary>The operator's word: what is held takes its users back. Which services that were is told; one that is still down stays held.</summary>
    /// <param name="service">Null = all of the site.</param>
    public static AdmissionMemory Release(AdmissionMemory memory, ServiceId? service, out ImmutableArray<ServiceId> released)
    {
        ArgumentNullException.ThrowIfNull(memory);
        released = [.. memory.Services.Where(pair => pair.Value is { IsHeld: true, IsOut: false } && (service is null || pair.Key == service)).Select(pair => pair.Key).Order()];
        var of = released;
        return memory.With(memory.Services.ToFrozenDictionary(pair => pair.Key, pair => of.Contains(pair.Key) ? pair.Value with { IsHeld = false, BackAt = null, IsReleased = true } : pair.Value));
    }

    /// <summary>What a site with this load says when nothing has changed for long: all up to its target, from there to its maximum evenly less, down to nothing.</summary>
    public static VipReport AtRest(Vip vip, VipReport measured)
    {
        ArgumentNullException.ThrowIfNull(vip);
        ArgumentNullException.ThrowIfNull(measured);
        long active = Math.Max(0, measured.ConnectionsActive);
        var admit = vip.Target is not { } target || active <= target ? VipReport.AdmitAll
            : measured.ConnectionsMax is not { } max ? ((long)target * VipReport.AdmitAll / active)
            : active >= max ? 0
            : (max - active) * VipReport.AdmitAll / (max - target);
        return measured with { ConnectionsTarget = vip.Target, AdmitMillionths = (int)admit };
    }

    private static bool Refuses(VipCondition condition) => condition is not (VipCondition.Up or VipCondition.Full);
}

/// <summary>One of the own VIPs as the switch sees it now.</summary>
/// <param name="Arrived">Connections that came to it since whenever the count began, those that were refused included; null = nobody counts.</param>
/// <param name="Refused">Those of them that were refused.</param>
public readonly record struct MeasuredVip(VipReport Report, long? Arrived = null, long Refused = 0);

/// <param name="Next">To be handed in again the next time.</param>
/// <param name="Published">The measured reports in their order, with the owner's word in each.</param>
/// <param name="Wake">When to ask again although nothing happens; null = never.</param>
public readonly record struct AdmissionStep(AdmissionMemory Next, ImmutableArray<VipReport> Published, Instant? Wake);
