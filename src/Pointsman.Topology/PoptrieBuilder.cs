using System.Runtime.InteropServices;

namespace Pointsman.Topology;

/// <summary>
/// Builds a <see cref="Poptrie"/> over a part of the key space from a <see cref="RangeMap"/>. One pass in ascending order of keys: the range
/// that holds the slot at hand only ever moves forward, so the time is that of the ranges plus the slots.
/// </summary>
/// <param name="leafOf">The leaf of a slot that lies wholly in one range: (range, a key of the slot) → 31 bits.</param>
internal sealed class PoptrieBuilder(RangeMap map, Func<int, UInt128, uint> leafOf)
{
    private readonly List<Poptrie.Node> _nodes = [];
    private readonly List<uint> _leaves = [];
    private int _range;

    /// <param name="area">The part of the key space that the trie answers for; its length is the number of bits skipped.</param>
    /// <param name="hole">A part inside it that nobody asks this trie about, or null.</param>
    public Poptrie Build(Prefix area, int rootBits, Prefix? hole = null)
    {
        var rootDepth = area.Length + rootBits;
        var root = new uint[1 << rootBits];
        _range = map.Find(area.FirstKey);
        for (var slot = 0; slot < root.Length; slot++)
        {
            var key = area.FirstKey | ((UInt128)(uint)slot << (128 - rootDepth));
            if (hole is { } unasked && key >= unasked.FirstKey && key <= unasked.LastKey)
                root[slot] = Poptrie.IsLeaf;
            else
                root[slot] = IsOneRange(key, rootDepth) ? Poptrie.IsLeaf | leafOf(_range, key) : AddSubtree(key, rootDepth);
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
    private void Fill(int index, UInt128 key, int depth)
    {
        var childDepth = depth + Poptrie.Stride;
        var firstRange = _range;
        var firstLeaf = _leaves.Count;
        ulong children = 0, leafRuns = 0;
        for (var slot = 0; slot < 64; slot++)
        {
            var slotKey = SlotKey(key, slot, childDepth);
            if (!IsOneRange(slotKey, childDepth))
            {
                children |= 1UL << slot;
                continue;
            }
            var leaf = leafOf(_range, slotKey);
            if (leafRuns != 0 && _leaves[^1] == leaf) continue;
            leafRuns |= 1UL << slot;
            _leaves.Add(leaf);
        }

        var firstChild = _nodes.Count;
        CollectionsMarshal.SetCount(_nodes, firstChild + (int)ulong.PopCount(children));
        _nodes[index] = new Poptrie.Node(children, leafRuns, (uint)firstChild, (uint)firstLeaf);
        _range = firstRange;
        var child = firstChild;
        for (var slot = 0; slot < 64; slot++)
            if ((children >> slot & 1) != 0) Fill(child++, SlotKey(key, slot, childDepth), childDepth);
    }

    private static UInt128 SlotKey(UInt128 key, int slot, int childDepth) => key | ((UInt128)(uint)slot << (128 - childDepth));

    /// <summary>Moves to the range that holds the key; true when it holds the whole slot of that depth too.</summary>
    private bool IsOneRange(UInt128 key, int depth)
    {
        while (map.LastKey(_range) < key) _range++;
        return map.LastKey(_range) >= (key | AddressKey.HostBits(depth));
    }
}
