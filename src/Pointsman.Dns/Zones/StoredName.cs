using System.Runtime.InteropServices;
using Pointsman.Dns.Wire;

namespace Pointsman.Dns.Zones;

/// <summary>
/// A name of a zone, read where it is stored, with what a search and a compression need of it worked out beforehand.
/// <code>
///   words:   place in octets | length, labels &lt;&lt; 8, has letters in upper case &lt;&lt; 16 | one hash for each suffix, the root's last
///   octets:  where each label starts, the root's too | lower case | as written, when that differs
/// </code>
/// </summary>
internal readonly record struct StoredName(ZoneStore Store, int At)
{
    public const int PlaceWord = 0, ShapeWord = 1, FixedWords = 2;
    public const int LabelsShift = 8;
    public const int HasUpperCase = 1 << 16;

    private int Place => Store.Words[At + PlaceWord];
    private int Shape => Store.Words[At + ShapeWord];

    /// <summary>Octets in wire form.</summary>
    public int Length => (byte)Shape;

    /// <summary>Labels without the root.</summary>
    public int Labels => (byte)(Shape >> LabelsShift);

    public ReadOnlySpan<byte> Canonical
    {
        get
        {
            var shape = Shape;
            return Store.Octets.AsSpan(Place + (byte)(shape >> LabelsShift) + 1, (byte)shape);
        }
    }

    /// <summary>Wire form, letters as written.</summary>
    public ReadOnlySpan<byte> Wire
    {
        get
        {
            var shape = Shape;
            var start = Place + (byte)(shape >> LabelsShift) + 1;
            if ((shape & HasUpperCase) != 0) start += (byte)shape;
            return Store.Octets.AsSpan(start, (byte)shape);
        }
    }

    public NameView View
    {
        get
        {
            var shape = Shape;
            var suffixes = (byte)(shape >> LabelsShift) + 1;
            var octets = Store.Octets.AsSpan(Place, suffixes + (byte)shape);
            return new NameView(octets[suffixes..], octets[..suffixes], MemoryMarshal.Cast<int, uint>(Store.Words.AsSpan(At + FixedWords, suffixes)), (byte)shape);
        }
    }

    public DomainName ToDomainName() => DomainName.TryFromWire(Wire, out var name) ? name : DomainName.Root;
}
