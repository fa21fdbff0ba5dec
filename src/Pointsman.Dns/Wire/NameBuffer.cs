using System.Runtime.CompilerServices;

namespace Pointsman.Dns.Wire;

/// <summary>
/// A worker's own room for one name: what a query asked, or a name that a DNAME made. Reused for every query, so that nothing is allocated.
/// </summary>
internal sealed class NameBuffer
{
    private readonly byte[] _canonical = new byte[NameView.MaxLength + NameView.Padding + 1];
    private readonly byte[] _offsets = new byte[NameView.MaxLabels + 1];
    private readonly uint[] _hashes = new uint[NameView.MaxLabels + 1];
    private int _length;
    private int _labels;

    public NameView View => new(_canonical, _offsets.AsSpan(0, _labels + 1), _hashes.AsSpan(0, _labels + 1), _length);

    /// <summary>
    /// Reads an uncompressed name at the start of <paramref name="wire"/>. A question has nothing before it to point at, so a
    /// compression pointer there is malformed, as is any label type but the plain one (RFC 6891 §5 retired the others).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryRead(ReadOnlySpan<byte> wire, out int consumed)
    {
        consumed = 0;
        var at = 0;
        var labels = 0;
        // Bounded by the 255 octets of a name (RFC 1035 §2.3.4): each turn consumes at least two of them.
        while (true)
        {
            if ((uint)at >= (uint)wire.Length) return false;
            int length = wire[at];
            _offsets[labels] = (byte)at;
            if (length == 0) break;
            if (length > 63) return false;
            at += length + 1;
            if (at >= NameView.MaxLength) return false;
            labels++;
        }
        consumed = at + 1;
        LowerCase.Copy(wire[..consumed], _canonical);
        Finish(consumed, labels);
        return true;
    }

    /// <summary>The name of <paramref name="prefix"/>'s first labels followed by <paramref name="tail"/>; false when longer than 255 octets (RFC 6672 §2.2).</summary>
    public bool TrySubstitute(NameView prefix, int prefixLabels, NameView tail)
    {
        var kept = prefix.Offset(prefixLabels);
        if (kept + tail.Length > NameView.MaxLength) return false;
        prefix.Canonical[..kept].CopyTo(_canonical);
        tail.Canonical.CopyTo(_canonical.AsSpan(kept));
        for (var i = 0; i < prefixLabels; i++) _offsets[i] = (byte)prefix.Offset(i);
        for (var i = 0; i <= tail.Labels; i++) _offsets[prefixLabels + i] = (byte)(kept + tail.Offset(i));
        Finish(kept + tail.Length, prefixLabels + tail.Labels);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Finish(int length, int labels)
    {
        _length = length;
        _labels = labels;
        NameView.HashSuffixes(_canonical, _offsets.AsSpan(0, labels + 1), _hashes.AsSpan(0, labels + 1));
    }
}
