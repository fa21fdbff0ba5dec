using Pointsman.Model;
using static Pointsman.Dssp.Transport.WireValues;

namespace Pointsman.Dssp.Transport;

/// <summary>A site's word as bytes.</summary>
internal static class StateCodec
{
    private const EventReasons KnownReasons = (EventReasons)0x3FF;

    public static Wire.State ToWire(SiteState state, int version, Instant now)
    {
        var wire = new Wire.State
        {
            Site = (uint)state.Site.Value,
            Incarnation = state.Incarnation,
            Sequence = state.Sequence,
            Edition = state.Edition,
            IsEvent = state.IsEvent,
            Reasons = (uint)state.Reasons,
            AgeMicros = Micros(now - state.SentAt),
            ConfigurationDigest = state.ConfigurationDigest,
            SelfReport = (uint)state.SelfReport,
            VotesMuted = state.VotesMuted,
            MemoryFreeBytes = (ulong)Math.Max(0, state.MemoryFreeBytes),
            Sessions = Count(state.Sessions),
        };
        if (state.Validity is { } validity) wire.ValidityMicros = Micros(validity);
        if (state.Period is { } period) wire.PeriodMicros = Micros(period);
        if (version >= 2)
        {
            wire.ConfigurationGeneration = (ulong)Math.Max(0, state.ConfigurationGeneration);
            TableWordCodec.Write(state.Tables, wire);
        }

        foreach (var report in state.Vips) wire.Vips.Add(VipReportCodec.ToWire(report));
        foreach (var one in state.Overrides) wire.Overrides.Add(OverrideCodec.ToWire(one));
        ObservationCodec.Write(state.Observations, wire, version, now);
        foreach (var order in state.Orders) wire.Orders.Add(new Wire.PreferenceOrder { Service = (uint)order.Service.Value, Sites = { order.Sites.Select(site => (uint)site.Value) } });
        return wire;
    }

    public static string? Fault(Wire.State state)
    {
        if (!IsId(state.Site)) return "an impossible site number";
        if (state.AgeMicros > LongestMicros || state.ValidityMicros > LongestMicros || state.PeriodMicros > LongestMicros) return "an impossible age, validity or period";
        if (state.HasPeriodMicros && state.PeriodMicros == 0) return "a period of zero";
        if (!IsDigest(state.ConfigurationDigest) || state.ConfigurationGeneration > long.MaxValue) return "an impossible configuration digest or generation";
        if (state.SelfReport > (uint)SelfReport.Leaving) return "an unknown self-report";
        if (state.MemoryFreeBytes > long.MaxValue || state.Sessions > int.MaxValue) return "an impossible capacity";
        if (state.Vips.Count > DsspLimits.Vips || state.Observations.Count > DsspLimits.Observations || state.Orders.Count > DsspLimits.Orders) return "too many VIPs, observations or orders";
        if ((VipReportCodec.Fault(state.Vips) ?? ObservationCodec.Fault(state)) is { } fault) return fault;
        foreach (var order in state.Orders)
        {
            if (!IsId(order.Service) || order.Sites.Count > DsspLimits.Sites || order.Sites.Any(site => !IsId(site))) return "an impossible order";
        }

        return TableWordCodec.Fault(state) ?? OverrideCodec.Fault(state.Overrides);
    }

    public static SiteState FromWire(Wire.State wire, Instant now)
    {
        var site = new SiteId((int)wire.Site);
        return new SiteState
        {
            Site = site,
            Incarnation = wire.Incarnation,
            Sequence = wire.Sequence,
            Edition = wire.Edition,
            IsEvent = wire.IsEvent,
            Reasons = (EventReasons)wire.Reasons & KnownReasons,
            SentAt = new Instant(now.Micros - (long)wire.AgeMicros),
            Validity = wire.HasValidityMicros ? Span(wire.ValidityMicros) : null,
            Period = wire.HasPeriodMicros ? Span(wire.PeriodMicros) : null,
            ConfigurationDigest = wire.ConfigurationDigest,
            ConfigurationGeneration = (long)wire.ConfigurationGeneration,
            SelfReport = (SelfReport)wire.SelfReport,
            VotesMuted = wire.VotesMuted,
            MemoryFreeBytes = (long)wire.MemoryFreeBytes,
            Sessions = (int)wire.Sessions,
            Vips = [.. wire.Vips.Select(report => VipReportCodec.FromWire(report, site))],
            Observations = ObservationCodec.Read(wire, now),
            Orders = [.. wire.Orders.Select(order => new PreferenceOrder(new ServiceId((int)order.Service), [.. order.Sites.Select(one => new SiteId((int)one))]))],
            Tables = TableWordCodec.Read(wire),
            Overrides = [.. wire.Overrides.Select(OverrideCodec.FromWire)],
        };
    }
}
