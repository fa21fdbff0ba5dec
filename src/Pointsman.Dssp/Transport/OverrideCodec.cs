using Google.Protobuf;
using Pointsman.Model;

namespace Pointsman.Dssp.Transport;

/// <summary>
/// Operators' orders as bytes: field 18 of a state. What is accepted here is well-formed and small; whether anybody may say it is judged by who
/// keeps the orders. An order's times are by the wall clock, as its giver meant them.
/// </summary>
internal static class OverrideCodec
{
    // 9999-12-31: the last instant that can be written at all.
    private const ulong LatestMillis = 253_402_300_799_999;

    public static Wire.Override ToWire(Override one)
    {
        var wire = new Wire.Override
        {
            Site = (uint)one.Key.Site.Value,
            Kind = (uint)one.Kind,
            Who = one.Who,
            Why = one.Why,
            SinceMillis = Millis(one.Since),
            Stamp = one.Stamp,
        };
        if (one.Key.Service is { } service) wire.Service = (uint)service.Value;
        if (one.Until is { } until) wire.UntilMillis = Millis(until);
        if (one.Signature is { } signature) (wire.Certificate, wire.Signature) = (ByteString.CopyFrom(signature.Certificate.AsSpan()), ByteString.CopyFrom(signature.Value.AsSpan()));
        return wire;
    }

    public static string? Fault(IReadOnlyCollection<Wire.Override> all)
    {
        if (all.Count > OverrideLimits.Carried) return "too many orders of operators";
        foreach (var one in all)
        {
            if (one.Site > int.MaxValue || one.Service > int.MaxValue) return "an order about an impossible site or service";
            if (one.Kind > (uint)OverrideKind.ForceDown) return "an order of an unknown kind";
            if (one.Who.Length is 0 or > OverrideLimits.WhoCharacters || one.Why.Length > OverrideLimits.WhyCharacters) return "an order by nobody, or of too long a text";
            if (one.SinceMillis > LatestMillis || one.UntilMillis > LatestMillis) return "an order of an impossible time";
            if (one.Certificate.Length > OverrideLimits.CertificateBytes || one.Signature.Length > OverrideLimits.SignatureBytes) return "an order with an impossible signature";
        }

        return null;
    }

    public static Override FromWire(Wire.Override wire) => new()
    {
        Key = new OverrideKey(new SiteId((int)wire.Site), wire.HasService ? new ServiceId((int)wire.Service) : null),
        Kind = (OverrideKind)wire.Kind,
        Who = WireValues.Printable(wire.Who),
        Why = WireValues.Printable(wire.Why),
        Since = DateTimeOffset.FromUnixTimeMilliseconds((long)wire.SinceMillis),
        Until = wire.HasUntilMillis ? DateTimeOffset.FromUnixTimeMilliseconds((long)wire.UntilMillis) : null,
        Stamp = wire.Stamp,
        Signature = wire.Certificate.IsEmpty && wire.Signature.IsEmpty ? null : new OverrideSignature([.. wire.Certificate.Span], [.. wire.Signature.Span]),
    };

    private static ulong Millis(DateTimeOffset time) => (ulong)Math.Clamp(time.ToUnixTimeMilliseconds(), 0, (long)LatestMillis);
}
