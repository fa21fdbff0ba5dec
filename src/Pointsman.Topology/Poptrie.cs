using System.Numerics;
using System.Runtime.InteropServices;

namespace Pointsman.Topology;

/// <summary>
/// A compressed multibit trie: a root array indexed by the first bits of the key, then nodes of 64 slots each, 6 bits a step. A node says by
/// one bit a slot whether a child or a leaf is there, and children and leaves lie consecutively, so that a population count finds them; runs
/// of equal leaves are stored once. (The structure is Asai and Ohara's poptrie, SIGCOMM 2015.)
/// <code>
///   key:  | skip | root bits | 6 | 6 | … |       node:  children  0000100…  bit set = child
///                  root[..] → leaf or node →            leafRuns  1000010…  bit set = a new run of leaves begins
/// </code>
/// Rejected: a binary search over the ranges (19 dependent cache misses for 500,000), DIR-24-8 (40 MB a table, and there is one per class map).
/// </summary>
internal sealed class Poptrie(int skip, int rootBits, uint[] root, Poptrie.Node[] nodes, uint[] leaves)
{
    public const int Stride = 6;
    public const uint IsLeaf = 1u << 31;

    [StructLayout(LayoutKind.Sequential)]
    public readonly record struct Node(ulong Children, ulong LeafRuns, uint FirstChild, uint FirstLeaf);

    public int Bytes => (root.Length * sizeof(uint)) + (nodes.Length * Marshal.SizeOf<Node>()) + (leaves.Length * sizeof(uint));

    /// <summary>The leaf of a key given as its high and low 64 bits, of which the first <c>skip</c> are taken for granted.</summary>
    public uint Find(ulong high, ulong low)
    {
        var entry = root[(high << skip) >> (64 - rootBits)];
        var position = skip + rootBits;
        while ((entry & IsLeaf) == 0)
        {
            ref readonly var node = ref nodes[entry];
            var slot = Bits(high, low, position);
            var upToSlot = (2UL << slot) - 1;
            if ((node.Children >> slot & 1) == 0)
                return leaves[node.FirstLeaf + (uint)BitOperations.PopCount(node.LeafRuns & upToSlot) - 1];
            entry = node.FirstChild + (uint)BitOperations.PopCount(node.Children & upToSlot) - 1;
            position += Stride;
        }
        return entry & ~IsLeaf;
    }

    /// <summary>The six bits from a position on; the builder never makes a step that passes bit 128.</summary>
    private static int Bits(ulong high, ulong low, int position)
    {
        if (position <= 64 - Stride) return (int)(high >> (64 - Stride - position)) & 63;
        if (position >= 64) return (int)(low >> (128 - Stride - position)) & 63;
        return (int)((high << (position - (64 - Stride))) | (low >> (128 - Stride - position))) & 63;
    }
}
