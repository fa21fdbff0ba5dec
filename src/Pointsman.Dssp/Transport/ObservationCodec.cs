using System.Collections.Immutable;
using System.Net;
using Google.Protobuf;
using Pointsman.Model;
using static Pointsman.Dssp.Transport.WireValues;

namespace Pointsman.Dssp.Transport;

/// <summary>
/// What a site sees of the others' VIPs, as bytes. A thousand probes give a handful of different replies, so that version 2 sends each
/// once and the observations name it by its place; version 1 sends the words, and only where something is wrong.
/// </summary>
internal static class ObservationCodec
{
    public static void Write(ImmutableArray<Observation> observations, Wire.State wire, int version, Instant now)
    {
        foreach (var seen in observations)
        {
            var written = ToWire(seen, now);
            if (version >= 2 && seen.LastMicros is { } last) written.LastMicros = (ulong)Math.Clamp(last, 0, DsspLimits.ResponseMicros);
            wire.Observations.Add(written);
        }

        if (version >= 2) WriteReplies(observations, wire);
        else WriteReasons(observations, wire);
    }

    public static string? Fault(Wire.State state)
    {
        if (state.Replies.Count > DsspLimits.Replies || state.Replies.Any(reply => reply.Length > DsspLimits.ReasonCharacters)) return "too many replies, or too long a one";
        foreach (var seen in state.Observations)
        {
            if (!IsId(seen.Service) || !IsId(seen.Site) || !IsEndpoint(seen.Address, seen.Port)) return "an impossible VIP";
            if (seen.State > (uint)HealthState.Down) return "an unknown health state";
            if (seen.HasPreciseState && seen.State != (uint)HealthState.Down) return "a health state that says two things";
            if (seen.ResponseMicros > DsspLimits.ResponseMicros || seen.DeviationMicros > DsspLimits.ResponseMicros || seen.LastMicros > DsspLimits.ResponseMicros || seen.ThroughputBytesPerSecond > DsspLimits.BytesPerSecond) return "an impossible measurement";
            if (seen.Samples > long.MaxValue || seen.AgeMicros > LongestMicros
                || seen.Reason.Length > DsspLimits.ReasonCharacters || seen.Reply > state.Replies.Count)
                return "an impossible sample count, age or reason";
        }

        return null;
    }

    public static ImmutableArray<Observation> Read(Wire.State wire, Instant now)
    {
        string[] replies = [.. wire.Replies.Select(Printable)];
        return [.. wire.Observations.Select(seen => FromWire(seen, replies, now))];
    }

    private static void WriteReasons(ImmutableArray<Observation> observations, Wire.State wire)
    {
        var left = DsspLimits.ReasonBytes;
        for (var index = 0; index < observations.Length && left > 0; index++)
        {
            if (!IsWrong(observations[index])) continue;
            var reason = Printable(observations[index].Reason);
            left -= reason.Length;
            wire.Observations[index].Reason = reason;
        }
    }

    private static void WriteReplies(ImmutableArray<Observation> observations, Wire.State wire)
    {
        var places = new Dictionary<string, uint>(StringComparer.Ordinal) { [""] = 0 };
        // Twice over, so that with too many replies it is those of good probes that are left out.
        foreach (var wrong in (ReadOnlySpan<bool>)[true, false])
        {
            for (var index = 0; index < observations.Length; index++)
            {
                if (IsWrong(observations[index]) != wrong) continue;
                var reply = Printable(observations[index].Reason);
                if (!places.TryGetValue(reply, out var place))
                {
                    if (wire.Replies.Count == DsspLimits.Replies) continue;
                    wire.Replies.Add(reply);
                    places[reply] = place = (uint)wire.Replies.Count;
                }

                wire.Observations[index].Reply = place;
            }
        }
    }

    private static bool IsWrong(Observation seen) => seen.State is not (HealthState.Up or HealthState.Unknown);

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
    };

    private static Observation FromWire(Wire.Observation wire, string[] replies, Instant now) => new()
    {
        Vip = new VipKey(new ServiceId((int)wire.Service), new SiteId((int)wire.Site), new Endpoint(new IPAddress(wire.Address.Span), (int)wire.Port)),
        // A word that only a later version knows means what its plain one says: down.
        State = wire.PreciseState is (uint)HealthState.Overloaded or (uint)HealthState.Disabled ? (HealthState)wire.PreciseState : (HealthState)wire.State,
        ResponseMicros = (long)wire.ResponseMicros,
        DeviationMicros = (long)wire.DeviationMicros,
        ThroughputBytesPerSecond = (long)wire.ThroughputBytesPerSecond,
        Samples = (long)wire.Samples,
        LastMicros = wire.HasLastMicros ? (long)wire.LastMicros : null,
        MeasuredAt = new Instant(now.Micros - (long)wire.AgeMicros),
        Reason = wire.Reply > 0 ? replies[(int)wire.Reply - 1] : Printable(wire.Reason),
    };
}
