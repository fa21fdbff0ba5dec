using System.Collections;
using System.Collections.Immutable;
using Pointsman.Policy.Plans;

namespace Pointsman.Policy.Stages;

/// <summary>
/// The eligible rows of one class of clients by tier, the best first; a tier without one is passed over. Each is made when it is asked for: as a
/// rule the first tier takes everybody, and the others, of a hundred sites and of hundreds of classes, are nobody's business.
/// </summary>
/// <param name="reached">How many tiers of the order count.</param>
internal readonly struct Tiers(TierOrder order, bool[] eligible, int reached) : IEnumerable<ImmutableArray<int>>
{
    /// <summary>The best one; empty where there is none.</summary>
    public ImmutableArray<int> First
    {
        get
        {
            foreach (var tier in this) return tier;
            return [];
        }
    }

    public Enumerator GetEnumerator() => new(order.ByTier, order.TierOf, eligible, reached);
    IEnumerator<ImmutableArray<int>> IEnumerable<ImmutableArray<int>>.GetEnumerator() => GetEnumerator();
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal struct Enumerator(ImmutableArray<int> rows, ImmutableArray<int> tierOf, bool[] eligible, int reached) : IEnumerator<ImmutableArray<int>>
    {
        private int next;

        public ImmutableArray<int> Current { get; private set; } = [];
        readonly object IEnumerator.Current => Current;

        public bool MoveNext()
        {
            while (next < rows.Length && tierOf[rows[next]] is var tier && tier < reached)
            {
                var count = 0;
                var end = next;
                for (; end < rows.Length && tierOf[rows[end]] == tier; end++)
                {
                    if (eligible[rows[end]]) count++;
                }
                var start = next;
                next = end;
                if (count == 0) continue;
                Current = Filled(start, end, count);
                return true;
            }
            return false;
        }

        public void Reset() => next = 0;

        public readonly void Dispose()
        {
        }

        private readonly ImmutableArray<int> Filled(int start, int end, int count)
        {
            var tier = ImmutableArray.CreateBuilder<int>(count);
            for (var place = start; place < end; place++)
            {
                if (eligible[rows[place]]) tier.Add(rows[place]);
            }
            return tier.MoveToImmutable();
        }
    }
}
