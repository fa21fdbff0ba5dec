using System.Collections.Frozen;
using System.Collections.Immutable;
using Pointsman.Model;

namespace Pointsman.Policy.Publishing;

/// <summary>What the owner remembers of its VIPs from one word to the next: one entry a service and a VIP of the configuration, none of what is gone. Immutable.</summary>
public sealed class AdmissionMemory
{
    public static readonly AdmissionMemory None = Restore([]);

    internal AdmissionMemory(
        Cluster? cluster,
        FrozenDictionary<ServiceId, ReturnMemory> services,
        FrozenDictionary<VipKey, VipMemory> vips,
        FrozenDictionary<ServiceId, OthersSight> sights,
        Instant? sightsAt)
    {
        (Cluster, Services, Vips, Sights, SightsAt) = (cluster, services, vips, sights, sightsAt);
    }

    /// <summary>After a restart: these services of the own site were held.</summary>
    public static AdmissionMemory Restore(IEnumerable<ServiceId> held) => new(
        null, FrozenDictionary<ServiceId, ReturnMemory>.Empty, FrozenDictionary<VipKey, VipMemory>.Empty, FrozenDictionary<ServiceId, OthersSight>.Empty, null)
    {
        Stored = held.ToFrozenSet(),
    };

    internal Cluster? Cluster { get; }
    internal FrozenDictionary<ServiceId, ReturnMemory> Services { get; }
    internal FrozenDictionary<VipKey, VipMemory> Vips { get; }
    internal FrozenDictionary<ServiceId, OthersSight> Sights { get; }
    internal Instant? SightsAt { get; }
    internal FrozenSet<ServiceId> Stored { get; init; } = [];

    /// <summary>The services that the own site holds back, to be stored over a restart.</summary>
    public ImmutableArray<ServiceId> Held => [.. Services.Where(pair => pair.Value.IsHeld).Select(pair => pair.Key).Order()];

    /// <summary>Every own VIP, for people to read.</summary>
    public ImmutableArray<AdmissionView> Views =>
    [
        .. Vips.OrderBy(pair => pair.Key.Service).ThenBy(pair => pair.Key.Address.ToString(), StringComparer.Ordinal).Select(pair => new AdmissionView(
            pair.Key, pair.Value.Admit, pair.Value.RampSince is not null, pair.Value.Swings.IsOscillating, pair.Value.Swings.Damping, Services.GetValueOrDefault(pair.Key.Service).IsHeld, pair.Value.Target)),
    ];

    internal AdmissionMemory With(FrozenDictionary<ServiceId, ReturnMemory> services) => new(Cluster, services, Vips, Sights, SightsAt);
}

/// <summary>How one own VIP stands.</summary>
/// <param name="AdmitMillionths">As published.</param>
/// <param name="IsRamping">Back or new, and not yet taking all its users.</param>
/// <param name="Damping">How often its steps are halved because it went to and fro; 0 to 3.</param>
public readonly record struct AdmissionView(VipKey Vip, int AdmitMillionths, bool IsRamping, bool IsOscillating, int Damping, bool IsHeld, int? Target)
{
    public bool IsSpilling => AdmitMillionths < VipReport.AdmitAll && !IsRamping && !IsHeld;
}
