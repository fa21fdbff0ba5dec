using CsCheck;
using Pointsman.Model;

namespace Pointsman.Tests.Model;

/// <summary>Operators' orders as random values: few keys and stamps, so that they meet.</summary>
internal static class Overrides
{
    public static readonly DateTimeOffset Noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    private static readonly Gen<OverrideSignature?> signatures = Gen.OneOf(
        Gen.Const((OverrideSignature?)null),
        Gen.Select(Gen.Byte.Array[1, 4], Gen.Byte.Array[1, 4], (certificate, value) => (OverrideSignature?)new OverrideSignature([.. certificate], [.. value])));

    public static readonly Gen<Override> Any = Gen.Select(
        Gen.Select(Gen.Int[1, 3], Gen.Int[1, 3].Nullable(), Gen.Int[0, 3], Gen.Int[0, 4]),
        Gen.Select(Gen.Int[0, 3], Gen.Int[1, 5].Nullable(), Gen.OneOf(Gen.Const("ana"), Gen.Const("bo")), Gen.OneOf(Gen.Const(""), Gen.Const("kernel"))),
        signatures,
        (what, when, signature) => new Override
        {
            Key = new OverrideKey(new SiteId(what.Item1), what.Item2 is { } service ? new ServiceId(service) : null),
            Kind = (OverrideKind)what.Item3,
            Stamp = (ulong)(1_000_000 + what.Item4),
            Since = Noon.AddMinutes(when.Item1),
            Until = when.Item2 is { } hours ? Noon.AddHours(hours) : null,
            Who = when.Item3,
            Why = when.Item4,
            Signature = signature,
        });

    public static readonly Gen<OverrideSet> Sets = Any.Array[0, 12].Select(all => OverrideSet.Of(all));

    public static Override Make(OverrideKind kind, int site, int? service = null, ulong stamp = 1, DateTimeOffset? until = null, string who = "ana", string why = "") => new()
    {
        Key = new OverrideKey(new SiteId(site), service is { } id ? new ServiceId(id) : null),
        Kind = kind,
        Who = who,
        Why = why,
        Since = Noon,
        Until = until,
        Stamp = stamp,
    };
}
