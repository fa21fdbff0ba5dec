using System.Runtime.CompilerServices;
using Pointsman.Dns.Wire;

namespace Pointsman.Dns.Zones;

/// <summary>
/// All that a zone holds, in three arrays without a single reference in them. An object for each name and set cost 1.4 kB a record, and the
/// collector walked them all, stopping every worker meanwhile; here it has nothing to walk, and what a query needs of a name lies side by side.
/// <code>
///   slots   hash of a name → place of its node in words; open addressing, at most half full
///   words   names, nodes and sets, each a few numbers at its place: see StoredName, ZoneNode and RrSet for the layouts
///   octets  letters of the names, rendered records; a node's name is followed by the records of its sets
/// </code>
/// </summary>
internal sealed class ZoneStore((uint Hash, int Node)[] slots, int[] words, byte[] octets)
{
    /// <summary>Stands in <see cref="Words"/> where there is no such thing.</summary>
    public const int Nothing = -1;

    public int[] Words { get; } = words;
    public byte[] Octets { get; } = octets;

    /// <summary>The size of the zone in memory.</summary>
    public long Bytes => ((long)slots.Length * 8) + ((long)Words.Length * sizeof(int)) + Octets.Length;

    /// <summary>The place of the node whose name is <paramref name="name"/> without its first <paramref name="skipped"/> labels, or <see cref="Nothing"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(in NameView name, int skipped)
    {
        var hash = name.Hash(skipped);
        var mask = (uint)(slots.Length - 1);
        // Ends at an empty slot: at least half of them are.
        for (var slot = hash & mask; ; slot = (slot + 1) & mask)
        {
            ref readonly var entry = ref slots[slot];
            if (entry.Node < 0) return Nothing;
            if (entry.Hash == hash && new StoredName(this, Words[entry.Node]).Canonical.SequenceEqual(name.Suffix(skipped))) return entry.Node;
        }
    }
}
