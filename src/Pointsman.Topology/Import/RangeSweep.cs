using System.Runtime.InteropServices;

namespace Pointsman.Topology.Import;

/// <summary>What one row says: a range of keys and the number of the record. The line is for messages.</summary>
internal readonly record struct ImportedRange(UInt128 First, UInt128 Last, int Record, int Line);

/// <summary>
/// Makes one table's ranges disjoint: a range inside another wins over it there. One sweep over the ranges by their beginning, with a stack
/// of those still open; n log n for the sort. Two equal ranges, and two that cross, have no winner and are mistakes.
/// </summary>
internal static class RangeSweep
{
    /// <param name="report">Takes the line of the mistaken row and what is wrong.</param>
    public static RangeMap Flatten(List<ImportedRange> ranges, Action<int, string> report)
    {
        CollectionsMarshal.AsSpan(ranges).Sort(static (left, right) =>
        {
            var order = left.First.CompareTo(right.First);
            if (order == 0) order = right.Last.CompareTo(left.Last);
            return order != 0 ? order : left.Line.CompareTo(right.Line);
        });

        var map = new RangeMapBuilder(ranges.Count + 1);
        map.Append(UInt128.Zero, PlaceTable.NoRecord);
        var open = new Stack<ImportedRange>();
        foreach (var range in ranges)
        {
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
