using System.Runtime.CompilerServices;

namespace Pointsman.Switching.HuntGroups;

/// <summary>The servers that one connection has tried in vain, so that it tries another. Holds as many as <see cref="Most"/> tries can need.</summary>
internal struct TriedServers
{
    /// <summary>A client waits for every try; after so many it is better sent to another site.</summary>
    public const int Most = 4;

    private Slots _slots;

    public int Count { get; private set; }

    public void Add(HuntServer server)
    {
        if (Count < Most) _slots[Count++] = server;
    }

    public readonly bool Contains(HuntServer server)
    {
        for (var i = 0; i < Count; i++)
            if (ReferenceEquals(_slots[i], server)) return true;
        return false;
    }

    [InlineArray(Most)]
    private struct Slots
    {
        private HuntServer? _first;
    }
}
