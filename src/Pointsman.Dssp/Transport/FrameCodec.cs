using System.Diagnostics.CodeAnalysis;
using System.Net;
using Google.Protobuf;
using Pointsman.Model;

namespace Pointsman.Dssp.Transport;

/// <summary>
/// Frames as bytes: dssp.proto. Reading never throws and checks every bound before it believes a number; what it accepts is well-formed,
/// whether it is true is the machine's to judge. Instants become ages on the way out and instants of the reader's own clock on the way in.
/// Writing clamps what this node itself may have measured out of range: one odd value of its own must not cost it all its streams.
/// </summary>
public static class FrameCodec
{
    private const EventReasons KnownReasons = (EventReasons)0x3FF;
    private static readonly ulong LongestMicros = Micros(DsspLimits.LongestSpan);

    public static byte[] Encode(DsspFrame frame, Instant now)
    {
        ArgumentNullException.ThrowIfNull(frame);
        return (frame.Hello is { } hello ? new Wire.Frame { Hello = ToWire(hello) } : new Wire.Frame { State = ToWire(frame.State!, now) }).ToByteArray();
    }

    /// <summary>False with what is wrong, whatever the bytes are.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, Instant now, [NotNullWhen(true)] out DsspFrame? frame, [NotNullWhen(false)] out string? fault)
    {
        frame = null;
        if (bytes.Length > DsspLimits.FrameBytes)
        {
            fault = $"a frame of {bytes.Length} bytes";
            return false;
        }

        Wire.Frame wire;
        try
        {
            wire = Wire.Frame.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException exception)
        {
            fault = exception.Message;
            return false;
        }

        fault = wire.BodyCase switch
        {
            Wire.Frame.BodyOneofCase.Hello => HelloFault(wire.Hello),
            Wire.Frame.BodyOneofCase.State => StateFault(wire.State),
            _ => "a frame without a body",
        };
        if (fault is not null) return false;
        frame = wire.BodyCase == Wire.Frame.BodyOneofCase.Hello ? DsspFrame.Of(FromWire(wire.Hello)) : DsspFrame.Of(FromWire(wire.State, now));
        return true;
    }

    private static Wire.Hello ToWire(Hello hello)
    {
        var wire = new Wire.Hello
        {
            VersionLowest = (uint)hello.VersionLowest,
            VersionHighest = (uint)hello.VersionHighest,
            Cluster = hello.Cluster,
            SiteName = hello.SiteName,
            Site = (uint)hello.Site.Value,
            Incarnation = hello.Incarnation,
            ConfigurationDigest = hello.ConfigurationDigest,
            ConfigurationGeneration = (ulong)Math.Max(0, hello.ConfigurationGeneration),
        };
        foreach (var one in hello.Remembers) wire.Remembers.Add(new Wire.Remembered { Site = (uint)one.Site.Value, Incarnation = one.Incarnation, Sequence = one.Sequence });
        return wire;
    }

    private static string? HelloFault(Wire.Hello hello)
    {
        if (hello.VersionLowest > hello.VersionHighest || hello.VersionHighest > int.MaxValue) return "impossible versions";
        if (!IsId(hello.Site)) return "an impossible site number";
        if (hello.Cluster.Length > DsspLimits.NameCharacters || hello.SiteName.Length > DsspLimits.NameCharacters) return "a name too long";
        if (!IsDigest(hello.ConfigurationDigest) || hello.ConfigurationGeneration > long.MaxValue) return "an impossible configuration digest or generation";
        if (hello.Remembers.Count > DsspLimits.Sites) return "it remembers too many sites";
        foreach (var one in hello.Remembers)
        {
            if (!IsId(one.Site)) return "an impossible site number";
        }

        return null;
    }

    private static Hello FromWire(Wire.Hello wire) => new()
    {
        VersionLowest = (int)wire.VersionLowest,
        VersionHighest = (int)wire.VersionHighest,
        Cluster = wire.Cluster,
        SiteName = wire.SiteName,
        Site = new SiteId((int)wire.Site),
        Incarnation = wire.Incarnation,
        ConfigurationDigest = wire.ConfigurationDigest,
        ConfigurationGeneration = (long)wire.ConfigurationGeneration,
        Remembers = [.. wire.Remembers.Select(one => new Remembered(new SiteId((int)one.Site), one.Incarnation, one.Sequence))],
    };

    private static Wire.State ToWire(SiteState state, Instant now)
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
        foreach (var report in state.Vips) wire.Vips.Add(ToWire(report));
        foreach (var seen in state.Observations) wire.Observations.Add(ToWire(seen, now));
        foreach (var one in state.Overrides) wire.Overrides.Add(OverrideCodec.ToWire(one));
        foreach (var order in state.Orders) wire.Orders.Add(new Wire.PreferenceOrder { Service = (uint)order.Service.Value, Sites = { order.Sites.Select(site => (uint)site.Value) } });
        return wire;
    }

    private static Wire.VipReport ToWire(VipReport report)
    {
        var wire = new Wire.VipReport
        {
            Service = (uint)report.Vip.Service.Value,
            Address = ByteString.CopyFrom(report.Vip.Address.Address.GetAddressBytes()),
            Port = (uint)report.Vip.Address.Port,
            Condition = (uint)(report.Condition == VipCondition.Held ? VipCondition.Disabled : report.Condition),
            Held = report.Condition == VipCondition.Held,
            ConnectionsActive = Count(report.ConnectionsActive),
            ServersUp = Math.Min(Count(report.ServersUp), Count(report.ServersTotal)),
            ServersTotal = Count(report.ServersTotal),
        };
        if (report.ConnectionsMax is { } max) wire.ConnectionsMax = Count(max);
        if (report.ConnectionsTarget is { } target) wire.ConnectionsTarget = Count(target);
        if (report.AdmitMillionths < VipReport.AdmitAll) wire.AdmitMillionths = Count(report.AdmitMillionths);
        return wire;
    }

    private static Wire.Observation ToWire(Observation seen, Instant now)
    {
        var wire = Plain(seen, now);
        if (seen.State > HealthState.Down) wire.PreciseState = (uint)seen.State;
        return wire;
    }

    private static Wire.Observation Plain(Observation seen, Instant now) => new()
    {
        Service = (uint)seen.Vip.Service.Value,
        Site = (uint)seen.Vip.Site.Value,
        Address = ByteString.CopyFrom(seen.Vip.Address.Address.GetAddressBytes()),
        Port = (uint)seen.Vip.Address.Port,
        State = Math.Min((uint)seen.State, (uint)HealthState.Down),
        ResponseMicros = (ulong)Math.Clamp(seen.ResponseMicros, 0, DsspLimits.ResponseMicros),
        DeviationMicros = (ulong)Math.Clamp(seen.DeviationMicros, 0, DsspLimits.ResponseMicros),
        ThroughputBytesPerSecond = (ulong)Math.Clamp(seen.ThroughputBytesPerSecond, 0, DsspLimits.BytesPerSecond),
        Samples = (ulong)Math.Max(0, seen.Samples),
        AgeMicros = Micros(now - seen.MeasuredAt),
        Reason = Printable(seen.Reason),
    };

    private static string? StateFault(Wire.State state)
    {
        if (!IsId(state.Site)) return "an impossible site number";
        if (state.AgeMicros > LongestMicros || state.ValidityMicros > LongestMicros || state.PeriodMicros > LongestMicros) return "an impossible age, validity or period";
        if (state.HasPeriodMicros && state.PeriodMicros == 0) return "a period of zero";
        if (!IsDigest(state.ConfigurationDigest)) return "an impossible configuration digest";
        if (state.SelfReport > (uint)SelfReport.Leaving) return "an unknown self-report";
        if (state.MemoryFreeBytes > long.MaxValue || state.Sessions > int.MaxValue) return "an impossible capacity";
        if (state.Vips.Count > DsspLimits.Vips || state.Observations.Count > DsspLimits.Observations || state.Orders.Count > DsspLimits.Orders) return "too many VIPs, observations or orders";
        foreach (var report in state.Vips)
        {
            if (!IsId(report.Service) || !IsEndpoint(report.Address, report.Port)) return "an impossible VIP";
            if (report.Condition > (uint)VipCondition.Disabled) return "an unknown VIP condition";
            if (report.ConnectionsActive > int.MaxValue || report.ConnectionsMax > int.MaxValue || report.ServersUp > report.ServersTotal || report.ServersTotal > int.MaxValue) return "an impossible VIP report";
            if (report.ConnectionsTarget > int.MaxValue || report.AdmitMillionths > VipReport.AdmitAll) return "an impossible target or part to admit";
            if (report.Held && report.Condition != (uint)VipCondition.Disabled) return "a VIP that is held and yet in use";
        }

        foreach (var seen in state.Observations)
        {
            if (!IsId(seen.Service) || !IsId(seen.Site) || !IsEndpoint(seen.Address, seen.Port)) return "an impossible VIP";
            if (seen.State > (uint)HealthState.Down) return "an unknown health state";
            if (seen.HasPreciseState && seen.State != (uint)HealthState.Down) return "a health state that says two things";
            if (seen.ResponseMicros > DsspLimits.ResponseMicros || seen.DeviationMicros > DsspLimits.ResponseMicros || seen.ThroughputBytesPerSecond > DsspLimits.BytesPerSecond) return "an impossible measurement";
            if (seen.Samples > long.MaxValue || seen.AgeMicros > LongestMicros || seen.Reason.Length > DsspLimits.ReasonCharacters) return "an impossible sample count, age or reason";
        }

        foreach (var order in state.Orders)
        {
            if (!IsId(order.Service) || order.Sites.Count > DsspLimits.Sites || order.Sites.Any(site => !IsId(site))) return "an impossible order";
        }

        return OverrideCodec.Fault(state.Overrides);
    }

    private static SiteState FromWire(Wire.State wire, Instant now)
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
            SelfReport = (SelfReport)wire.SelfReport,
            VotesMuted = wire.VotesMuted,
            MemoryFreeBytes = (long)wire.MemoryFreeBytes,
            Sessions = (int)wire.Sessions,
            Vips = [.. wire.Vips.Select(report => FromWire(report, site))],
            Observations = [.. wire.Observations.Select(seen => FromWire(seen, now))],
            Orders = [.. wire.Orders.Select(order => new PreferenceOrder(new ServiceId((int)order.Service), [.. order.Sites.Select(one => new SiteId((int)one))]))],
            Overrides = [.. wire.Overrides.Select(OverrideCodec.FromWire)],
        };
    }

    private static VipReport FromWire(Wire.VipReport wire, SiteId site) => new()
    {
        Vip = new VipKey(new ServiceId((int)wire.Service), site, new Endpoint(new IPAddress(wire.Address.Span), (int)wire.Port)),
        Condition = wire.Held ? VipCondition.Held : (VipCondition)wire.Condition,
        ConnectionsActive = (int)wire.ConnectionsActive,
        ConnectionsMax = wire.HasConnectionsMax ? (int)wire.ConnectionsMax : null,
        ServersUp = (int)wire.ServersUp,
        ServersTotal = (int)wire.ServersTotal,
        ConnectionsTarget = wire.HasConnectionsTarget ? (int)wire.ConnectionsTarget : null,
        AdmitMillionths = wire.HasAdmitMillionths ? (int)wire.AdmitMillionths : VipReport.AdmitAll,
    };

    private static Observation FromWire(Wire.Observation wire, Instant now) => new()
    {
        Vip = new VipKey(new ServiceId((int)wire.Service), new SiteId((int)wire.Site), new Endpoint(new IPAddress(wire.Address.Span), (int)wire.Port)),
        // A word that only a later version knows means what its plain one says: down.
        State = wire.PreciseState is (uint)HealthState.Overloaded or (uint)HealthState.Disabled ? (HealthState)wire.PreciseState : (HealthState)wire.State,
        ResponseMicros = (long)wire.ResponseMicros,
        DeviationMicros = (long)wire.DeviationMicros,
        ThroughputBytesPerSecond = (long)wire.ThroughputBytesPerSecond,
        Samples = (long)wire.Samples,
        MeasuredAt = new Instant(now.Micros - (long)wire.AgeMicros),
        Reason = Printable(wire.Reason),
    };

    private static bool IsId(uint number) => number <= int.MaxValue;

    private static bool IsEndpoint(ByteString address, uint port) => address.Length is 4 or 16 && port <= ushort.MaxValue;

    private static bool IsDigest(string digest) => digest.Length <= DsspLimits.DigestCharacters && digest.All(char.IsAsciiHexDigit);

    private static uint Count(int value) => (uint)Math.Max(0, value);

    private static ulong Micros(TimeSpan span) => (ulong)(Math.Clamp(span.Ticks, 0, DsspLimits.LongestSpan.Ticks) / TimeSpan.TicksPerMicrosecond);

    private static TimeSpan Span(ulong micros) => TimeSpan.FromTicks((long)micros * TimeSpan.TicksPerMicrosecond);

    /// <summary>At most 200 printable characters: a reason ends on terminals and in logs.</summary>
    internal static string Printable(string text)
    {
        if (text.Length > DsspLimits.ReasonCharacters) text = text[..DsspLimits.ReasonCharacters];
        return text.Any(one => char.IsControl(one) || char.IsSurrogate(one)) ? string.Concat(text.Select(one => char.IsControl(one) || char.IsSurrogate(one) ? '?' : one)) : text;
    }
}
