using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Pointsman.Dns.Wire;

/// <summary>
/// An absolute domain name, immutable: 1 to 255 octets in wire form (RFC 1035 §3.1). Keeps its letters as written, because answers give
/// them back so (RFC 4343 §4.1); is compared and hashed without regard to case (RFC 4343 §2).
/// </summary>
public sealed class DomainName : IEquatable<DomainName>
{
    private readonly byte[] _wire;
    private readonly byte[] _canonical;
    private readonly byte[] _offsets;
    private readonly uint[] _hashes;

    public static DomainName Root { get; } = new([0]);

    private DomainName(ReadOnlySpan<byte> wire)
    {
        _wire = new byte[wire.Length + NameView.Padding];
        wire.CopyTo(_wire);
        var canonical = new byte[_wire.Length];
        LowerCase.Copy(wire, canonical);
        _canonical = canonical.AsSpan().SequenceEqual(_wire) ? _wire : canonical;
        Length = wire.Length;
        Span<byte> offsets = stackalloc byte[NameView.MaxLabels + 1];
        var labels = 0;
        var at = 0;
        for (; wire[at] != 0; at += wire[at] + 1) offsets[labels++] = (byte)at;
        offsets[labels] = (byte)at;
        _offsets = offsets[..(labels + 1)].ToArray();
        _hashes = new uint[labels + 1];
        NameView.HashSuffixes(_canonical, _offsets, _hashes);
    }

    /// <summary>Octets in wire form, the root's included.</summary>
    public int Length { get; }

    /// <summary>Labels without the root.</summary>
    public int Labels => _offsets.Length - 1;

    /// <summary>Wire form, letters as written.</summary>
    public ReadOnlySpan<byte> Wire => _wire.AsSpan(0, Length);

    public NameView View => new(_canonical, _offsets, _hashes, Length);

    public bool IsWildcard => _wire[0] == 1 && _wire[1] == (byte)'*';

    /// <summary>Reads an uncompressed wire form that fills <paramref name="wire"/> exactly.</summary>
    public static bool TryFromWire(ReadOnlySpan<byte> wire, [NotNullWhen(true)] out DomainName? name)
    {
        name = null;
        if (wire.Length is 0 or > NameView.MaxLength) return false;
        var at = 0;
        while (at < wire.Length && wire[at] != 0)
        {
            if (wire[at] > 63) return false;
            at += wire[at] + 1;
        }
        if (at != wire.Length - 1) return false;
        name = new DomainName(wire);
        return true;
    }

    /// <summary>Reads presentation form (RFC 1035 §5.1): <c>\.</c> and <c>\DDD</c> escape. The final dot may be left out: the name is absolute anyway.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out DomainName? name) =>
        TryParse(Encoding.UTF8.GetBytes(text ?? ""), Root, out name, out _);

    public static DomainName Parse(string text) =>
        TryParse(text, out var name) ? name : throw new FormatException($"'{text}' is not a domain name");

    /// <summary>Reads presentation form as it stands in a master file: without a final dot it is relative to <paramref name="origin"/>; <c>@</c> is the origin.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> text, DomainName origin, [NotNullWhen(true)] out DomainName? name, out string error)
    {
        name = null;
        error = "";
        if (text.IsEmpty) return Fail("a name is missing", out error);
        if (text.SequenceEqual("@"u8)) return Succeed(origin, out name);
        if (text.SequenceEqual("."u8)) return Succeed(Root, out name);
        Span<byte> wire = stackalloc byte[NameView.MaxLength];
        var labelAt = 0;
        var end = 1;
        var absolute = false;
        for (var i = 0; i < text.Length; i++)
        {
            var octet = text[i];
            if (octet == '.')
            {
                if (end == labelAt + 1) return Fail("an empty label", out error);
                wire[labelAt] = (byte)(end - labelAt - 1);
                labelAt = end++;
                absolute = i == text.Length - 1;
                if (end > NameView.MaxLength) return Fail("longer than 255 octets", out error);
                continue;
            }
            if (octet == '\\')
            {
                if (!TryUnescape(text, ref i, out octet)) return Fail("a bad escape: expected \\DDD up to 255, or \\ and one character", out error);
            }
            // A name may hold any octet (RFC 2181 §11), but who writes one that is not ASCII nearly always means an international name (RFC 5890 §2.3.2.1).
            else if (octet is < 0x20 or >= 0x7F)
                return Fail(octet >= 0x80 ? "a letter outside ASCII: write the label in its ASCII form (xn--…), or the octet as \\DDD" : "a control character: write it as \\DDD", out error);
            if (end - labelAt > 63) return Fail("a label is longer than 63 octets", out error);
            if (end >= NameView.MaxLength) return Fail("longer than 255 octets", out error);
            wire[end++] = octet;
        }
        if (absolute)
        {
            wire[labelAt] = 0;
            return Succeed(new DomainName(wire[..(labelAt + 1)]), out name);
        }
        wire[labelAt] = (byte)(end - labelAt - 1);
        if (end + origin.Length > NameView.MaxLength) return Fail("longer than 255 octets", out error);
        origin.Wire.CopyTo(wire[end..]);
        return Succeed(new DomainName(wire[..(end + origin.Length)]), out name);
    }

    /// <summary><paramref name="index"/> stands on the backslash, and afterwards on the last character of the escape.</summary>
    internal static bool TryUnescape(ReadOnlySpan<byte> text, ref int index, out byte octet)
    {
        octet = 0;
        if (index + 1 >= text.Length) return false;
        if (!char.IsAsciiDigit((char)text[index + 1]))
        {
            octet = text[++index];
            return true;
        }
        if (index + 3 >= text.Length || !byte.TryParse(text.Slice(index + 1, 3), NumberStyles.None, CultureInfo.InvariantCulture, out octet)) return false;
        index += 3;
        return true;
    }

    private static bool Fail(string message, out string error)
    {
        error = message;
        return false;
    }

    private static bool Succeed(DomainName value, out DomainName? name)
    {
        name = value;
        return true;
    }

    /// <summary>The name without its first label; the root is its own parent.</summary>
    public DomainName Parent() => Ancestor(Math.Min(1, Labels));

    /// <summary>The name without its first <paramref name="skipped"/> labels.</summary>
    public DomainName Ancestor(int skipped) => skipped == 0 ? this : new DomainName(Wire[_offsets[skipped]..]);

    /// <summary>True for the name itself and everything below it.</summary>
    public bool IsAtOrBelow(DomainName ancestor)
    {
        ArgumentNullException.ThrowIfNull(ancestor);
        var skipped = Labels - ancestor.Labels;
        return skipped >= 0 && View.Suffix(skipped).SequenceEqual(ancestor.View.Canonical);
    }

    public bool Equals(DomainName? other) => other is not null && View.Equals(other.View);
    public override bool Equals(object? obj) => Equals(obj as DomainName);
    public override int GetHashCode() => (int)_hashes[0];

    /// <summary>Presentation form with the final dot; what is not printable ASCII, or special there, is escaped.</summary>
    public override string ToString()
    {
        if (Length == 1) return ".";
        var text = new StringBuilder(Length + 8);
        for (var at = 0; _wire[at] != 0; at += _wire[at] + 1)
        {
            foreach (var octet in _wire.AsSpan(at + 1, _wire[at]))
            {
                if (octet is <= 0x20 or >= 0x7F) text.Append('\\').Append(octet.ToString("D3", CultureInfo.InvariantCulture));
                else if (".\\\"();@$"u8.Contains(octet)) text.Append('\\').Append((char)octet);
                else text.Append((char)octet);
            }
            text.Append('.');
        }
        return text.ToString();
    }
}
