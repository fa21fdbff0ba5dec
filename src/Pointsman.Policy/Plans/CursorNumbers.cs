using System.Collections.Immutable;
using Pointsman.Model;

namespace Pointsman.Policy.Plans;

/// <summary>
/// Numbers the walks, one per service and class, so that a worker's cursors are a plain array. A service keeps its numbers across snapshots and
/// reloads as long as it has as many classes [S24]; new ones go to the end, and when more than half of the numbers are gaps all are dealt anew
/// (which restarts walks at other places, as a start does).
/// </summary>
internal static class CursorNumbers
{
    public static (int[] First, int Count) Assign(ImmutableArray<Service> services, IReadOnlyList<ClassTable> classes, Plan? previous)
    {
        var needed = classes.Sum(table => table.Orders.Length);
        var count = previous?.CursorCount ?? 0;
        var first = new int[services.Length];
        for (var index = 0; index < services.Length; index++)
        {
            var before = previous is null ? -1 : previous.IndexOf(services[index].Id);
            if (before >= 0 && previous!.Services[before].Classes.Orders.Length == classes[index].Orders.Length)
            {
                first[index] = previous.Services[before].FirstCursor;
                continue;
            }
            first[index] = count;
            count += classes[index].Orders.Length;
        }
        return count <= 2 * needed ? (first, count) : Assign(services, classes, null);
    }
}
