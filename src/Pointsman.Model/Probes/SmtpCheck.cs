using System.Collections.Immutable;

namespace Pointsman.Model.Probes;

/// <summary>Banner, EHLO and what it lists, STARTTLS [P4.2]. No mail is begun.</summary>
public sealed record SmtpCheck : TextCheck
{
    /// <summary>What EHLO says who we are; null = our address in brackets.</summary>
    public string? Ehlo { get; init; }

    /// <summary>Codes of the greeting that mean up.</summary>
    public ImmutableArray<int> ExpectCode { get; init; } = [220];

    public override int RoundTrips => base.RoundTrips + 1;

    public bool Equals(SmtpCheck? other) => base.Equals(other) && Ehlo == other.Ehlo && ExpectCode.AsSpan().SequenceEqual(other.ExpectCode.AsSpan());

    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), Ehlo);
}
