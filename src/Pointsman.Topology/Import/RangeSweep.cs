using System.Runtime.CompilerServices;

namespace Pointsman.Topology.Import;

/// <summary>
/// Makes one table's ranges disjoint: a range inside another wins over it there. One sweep over the ranges by their beginning, with a stack
/// of those still open; n log n for the sort. Two equal ranges, and two that cross, have no winner and are mistakes.
/// </summary>
internal static class RangeSweep
{
    /// <param name="report">Takes the line of the mistaken row and what is wrong.</param>
    [MethodImpl(LoadPath.FastAtOnce)]
    public static RangeMap Flatten(ImportedRanges ranges, Action<int, string> report)
    {
        ranges.Sort();
        var map = new RangeMapBuilder(ranges.Count + 1);
        map.Append(UInt128.Zero, PlaceTable.NoRecord);
        var open = new Stack<ImportedRange>();
        for (var index = 0; index < ranges.Count; index++)
        {
            var range = ranges[index];
            CloseBefore(range.First);
            if (open.TryPeek(out var around))
            {
                if (around.First == range.First && around.Last == range.Last)
                    report(range.Line, $"the same addresses as on line {around.Line}");
                else if (range.Last > around.Last)
                    report(Math.Max(range.Line, around.Line), $"overlaps line {Math.Min(range.Line, around.Line)} without lying inside it or around it");
            }
            open.Push(range);
            map.Append(range.First, range.Record);
        }
        CloseBefore(UInt128.MaxValue);
        return map.Build();

        void CloseBefore(UInt128 key)
        {
            while (open.TryPeek(out var top) && top.Last < key)
            {
                open.Pop();
                map.Append(top.Last + 1, open.TryPeek(out var around) ? around.Record : PlaceTable.NoRecord);
            }
        }
    }
}
