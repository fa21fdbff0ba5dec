using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pointsman.Dns.Wire;

/// <summary>
/// A name ready to be looked up: lower-case wire form, where each label starts, and one hash for every suffix. The hash of a suffix is
/// built from the right, so a walk to the root (closest encloser, apex of the zone) costs no second pass over the bytes.
/// It borrows its memory: from a <see cref="DomainName"/> or from a worker's <see cref="NameBuffer"/>.
/// </summary>
public readonly ref struct NameView
{
    private readonly ReadOnlySpan<byte> _padded;
    private readonly ReadOnlySpan<byte> _offsets;
    private readonly ReadOnlySpan<uint> _hashes;

    internal NameView(ReadOnlySpan<byte> padded, ReadOnlySpan<byte> offsets, ReadOnlySpan<uint> hashes, int length)
    {
        _padded = padded;
        _offsets = offsets;
        _hashes = hashes;
        Length = length;
    }

    /// <summary>Octets in wire form, the root's zero octet included: 1 to 255.</summary>
    public int Length { get; }

    /// <summary>Labels without the root: 0 for the root itself, 127 at most.</summary>
    public int Labels => _offsets.Length - 1;

    /// <summary>The whole name, lower case, wire form.</summary>
    public ReadOnlySpan<byte> Canonical => _padded[..Length];

    /// <summary>Where label <paramref name="index"/> starts; <see cref="Labels"/> gives the root's place.</summary>
    public int Offset(int index) => _offsets[index];

    /// <summary>The name without its first <paramref name="skipped"/> labels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> Suffix(int skipped) => _padded[_offsets[skipped]..Length];

    public uint Hash(int skipped) => _hashes[skipped];

    public bool Equals(NameView other) => Hash(0) == other.Hash(0) && Canonical.SequenceEqual(other.Canonical);

    /// <summary>Over-read that <see cref="HashSuffixes"/> may do past the end of a name: every buffer of names is that much longer.</summary>
    internal const int Padding = 8;

    internal const int MaxLength = 255;
    internal const int MaxLabels = 127;

    /// <summary>Fills one hash for each suffix, from the root outwards. <paramref name="padded"/> has <see cref="Padding"/> octets past the name.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void HashSuffixes(ReadOnlySpan<byte> padded, ReadOnlySpan<byte> offsets, Span<uint> hashes)
    {
        const ulong Multiplier = 0x9E3779B97F4A7C15;
        ref var start = ref MemoryMarshal.GetReference(padded);
        var hash = 0x243F6A8885A308D3UL;
        hashes[offsets.Length - 1] = (uint)(hash >> 32);
        for (var label = offsets.Length - 2; label >= 0; label--)
        {
            int at = offsets[label];
            // The length octet is hashed with its label, so that "ab" + "c" differs from "a" + "bc".
            var left = padded[at] + 1;
            while (left > 0)
            {
                var word = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, at));
                if (left < 8) word &= (1UL << (left * 8)) - 1;
                hash = BitOperations.RotateLeft((hash ^ word) * Multiplier, 31);
                at += 8;
                left -= 8;
            }
            hashes[label] = (uint)((hash * Multiplier) >> 32);
        }
    }
}
