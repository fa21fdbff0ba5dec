using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pointsman.Topology;

/// <summary>
/// Builds a <see cref="Poptrie"/> over a part of the key space from a <see cref="RangeMap"/>. It goes from range to range and, inside a range,
/// from one prefix to the next that fits into it, never from slot to slot: the work is that of the table's content, not of its 64 slots a node.
/// The range at hand only moves forward, except that a node is passed once for its leaves and once more for its children.
/// </summary>
/// <param name="leafOf">The leaf of a prefix that lies wholly in one range, 31 bits: (range, the prefix's length) → leaf.</param>
internal sealed class PoptrieBuilder(RangeMap map, Func<int, int, uint> leafOf)
{
    private const int Slots = 1 << Poptrie.Stride;

    private readonly List<Poptrie.Node> _nodes = [];
    private readonly List<uint> _leaves = [];
    private int _range;

    /// <param name="area">The part of the key space that the trie answers for; its length is the number of bits skipped.</param>
    /// <param name="hole">A part inside it that nobody asks this trie about, or null.</param>
    [MethodImpl(LoadPath.FastAtOnce)]
    public Poptrie Build(Prefix area, int rootBits, Prefix? hole = null)
    {
        var rootDepth = area.Length + rootBits;
        var root = new uint[1 << rootBits];
        _range = map.Find(area.FirstKey);
        for (var slot = 0; slot < root.Length;)
        {
            var key = area.FirstKey | ((UInt128)(uint)slot << (128 - rootDepth));
            if (hole is { } unasked && key >= unasked.FirstKey && key <= unasked.LastKey)
            {
                root[slot++] = Poptrie.IsLeaf;
                continue;
            }
            MoveTo(key);
            var depth = map.Depth(_range, key);
            if (depth > rootDepth) root[slot++] = AddSubtree(key, rootDepth);
            else
            {
                var next = NextSlot(slot, depth, rootDepth, root.Length);
                root.AsSpan(slot, next - slot).Fill(Poptrie.IsLeaf | leafOf(_range, depth));
                slot = next;
            }
        }
        return new Poptrie(area.Length, rootBits, root, [.. _nodes], [.. _leaves]);
    }

    private uint AddSubtree(UInt128 key, int depth)
    {
        var index = _nodes.Count;
        _nodes.Add(default);
        Fill(index, key, depth);
        return (uint)index;
    }

    /// <summary>Leaves first, then room for the children side by side, then each child's own.</summary>
    [MethodImpl(LoadPath.FastAtOnce)]
    private void Fill(int index, UInt128 key, int depth)
    {
        MoveTo(key);
        var childDepth = depth + Poptrie.Stride;
        var firstRange = _range;
        var firstLeaf = _leaves.Count;
        ulong children = 0, leafRuns = 0;
        for (var slot = 0; slot < Slots;)
        {
            var slotKey = SlotKey(key, slot, childDepth);
            MoveTo(slotKey);
            // The depth of a slot's first address is at most the slot's own exactly when the slot lies in one range.
            var leafDepth = map.Depth(_range, slotKey);
            if (leafDepth > childDepth)
            {
                children |= 1UL << slot++;
                continue;
            }
            var leaf = leafOf(_range, leafDepth);
            if (leafRuns == 0 || _leaves[^1] != leaf)
            {
                leafRuns |= 1UL << slot;
                _leaves.Add(leaf);
            }
            slot = NextSlot(slot, leafDepth, childDepth, Slots);
        }

        var firstChild = _nodes.Count;
        CollectionsMarshal.SetCount(_nodes, firstChild + (int)ulong.PopCount(children));
        _nodes[index] = new Poptrie.Node(children, leafRuns, (uint)firstChild, (uint)firstLeaf);
        _range = firstRange;
        var child = firstChild;
        for (var rest = children; rest != 0; rest &= rest - 1)
            Fill(child++, SlotKey(key, (int)ulong.TrailingZeroCount(rest), childDepth), childDepth);
    }

    private static UInt128 SlotKey(UInt128 key, int slot, int childDepth) => key | ((UInt128)(uint)slot << (128 - childDepth));

    /// <summary>The first slot behind the prefix of a length that this slot begins; the end, where it began before the first slot.</summary>
    private static int NextSlot(int slot, int length, int slotDepth, int slots)
    {
        var covered = slotDepth - length;
        return covered >= 31 ? slots : Math.Min(slots, (slot | ((1 << covered) - 1)) + 1);
    }

    private void MoveTo(UInt128 key)
    {
        while (map.LastKey(_range) < key) _range++;
    }
}
