using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Pointsman.Model;

/// <summary>What an operator wants of a site, whatever is measured. The safer of two has the larger number: it wins where nothing else decides.</summary>
public enum OverrideKind
{
    /// <summary>Nothing any more: outlives what it lifts, so that nobody who was away brings that back.</summary>
    Clear = 0,

    /// <summary>As if it were up. The own site's word lifts only its own "no" [S9]; a signed one counts against everything that is measured.</summary>
    ForceUp = 1,

    /// <summary>No new users; those who are there stay. Named once more only when everything else is gone.</summary>
    Drain = 2,

    /// <summary>As if it were down, for everybody and at once; never named, whatever else is gone.</summary>
    ForceDown = 3,
}

/// <summary>What an order is about: a site, or what it offers of one service.</summary>
/// <param name="Service">Null = the whole site.</param>
public readonly record struct OverrideKey(SiteId Site, ServiceId? Service) : IComparable<OverrideKey>
{
    public int CompareTo(OverrideKey other) => Site != other.Site ? Site.CompareTo(other.Site) : (Service?.Value ?? -1).CompareTo(other.Service?.Value ?? -1);
}

/// <summary>
/// An operator's order about one site or one of its services: who wants what, why, and until when. Of two about the same the one with the larger
/// stamp holds, everywhere, in whatever order they arrive [S7].
/// </summary>
public sealed record Override
{
    public required OverrideKey Key { get; init; }
    public required OverrideKind Kind { get; init; }

    /// <summary>A name for people; of a signed order the one that its certificate proves.</summary>
    public required string Who { get; init; }
    public string Why { get; init; } = "";

    /// <summary>Whole milliseconds, UTC.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Whole milliseconds, UTC; null = until somebody lifts it, at most <see cref="OverrideLimits.LongestLife"/>.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>A hybrid clock: the wall clock in milliseconds, or one more than the largest known of the same key, whichever is more.</summary>
    public required ulong Stamp { get; init; }

    /// <summary>Null = the own site's word, which only that site can spread.</summary>
    public OverrideSignature? Signature { get; init; }

    public bool IsSigned => Signature is not null;

    /// <summary>From here on it has no effect.</summary>
    public DateTimeOffset Ends => Until is { } until && until - Since < OverrideLimits.LongestLife ? until : Since + OverrideLimits.LongestLife;

    public bool IsInForce(DateTimeOffset now) => Kind != OverrideKind.Clear && now < Ends;

    /// <summary>A larger stamp than every other of its key has, and than any clock of today.</summary>
    public static ulong StampAfter(ulong known, DateTimeOffset now) => Math.Max((ulong)Math.Max(0, now.ToUnixTimeMilliseconds()), known + 1);

    /// <summary>What a signature covers. Names and not numbers: who signs has read names.</summary>
    public byte[] SignedBytes(string cluster, string site, string? service)
    {
        var text = new StringBuilder("pointsman override 1\n");
        // Each part with its length before it: no text can be cut in two ways.
        foreach (var part in (ReadOnlySpan<string>)[cluster, site, service ?? "", service is null ? "site" : "service", Kind.ToString(), Who, Why, Millis(Since), Until is { } until ? Millis(until) : "", Stamp.ToString(CultureInfo.InvariantCulture)])
            text.Append(CultureInfo.InvariantCulture, $"{Encoding.UTF8.GetByteCount(part)}:{part}\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>As a reason: <c>operator ana: "kernel upgrade" until 2026-01-31 14:00 UTC</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"operator {Who}{(Why.Length == 0 ? "" : $": \"{Why}\"")}{(Until is { } until ? $" until {until.UtcDateTime:yyyy-MM-dd HH:mm}{(until.UtcDateTime.Second == 0 ? "" : $":{until.UtcDateTime:ss}")} UTC" : "")}");

    private static string Millis(DateTimeOffset time) => time.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
}

/// <summary>Proof that an operator of this cluster gave the order: his certificate (DER), and his signature of <see cref="Override.SignedBytes"/>.</summary>
public sealed record OverrideSignature(ImmutableArray<byte> Certificate, ImmutableArray<byte> Value)
{
    // By content: an immutable array compares by identity.
    public bool Equals(OverrideSignature? other) => other is not null && Certificate.AsSpan().SequenceEqual(other.Certificate.AsSpan()) && Value.AsSpan().SequenceEqual(other.Value.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Certificate.Length, Value.Length, Value.IsDefaultOrEmpty ? (byte)0 : Value[^1]);
}
