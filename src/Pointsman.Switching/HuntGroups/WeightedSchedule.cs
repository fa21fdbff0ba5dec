using System.Collections.Immutable;

namespace Pointsman.Switching.HuntGroups;

/// <summary>
/// Smooth weighted round robin as a fixed list of turns: each time, every server gains its weight, the one with most is next and pays
/// the sum. A walk of the list gives each server its exact share, and never one server all its turns in a row. Compiled whenever the
/// servers that are up change, so that a choice is one counter and one look-up.
/// </summary>
internal static class WeightedSchedule
{
    // A finer grid would be felt by nobody and costs memory per VIP; past it, weights are rounded to it, never to nothing.
    private const int MostTurns = 4096;

    public static ImmutableArray<HuntServer> Compile(ImmutableArray<HuntServer> up)
    {
        if (up.IsEmpty) return [];
        var weights = Reduce([.. up.Select(server => server.Weight)]);
        var sum = weights.Sum();
        var turns = ImmutableArray.CreateBuilder<HuntServer>(sum);
        var credit = new int[weights.Length];
        for (var turn = 0; turn < sum; turn++)
        {
            var next = 0;
            for (var i = 0; i < weights.Length; i++)
            {
                credit[i] += weights[i];
                if (credit[i] > credit[next]) next = i;
            }

            credit[next] -= sum;
            turns.Add(up[next]);
        }

        return turns.MoveToImmutable();
    }

    private static int[] Reduce(int[] weights)
    {
        var divisor = weights.Aggregate(GreatestCommonDivisor);
        var sum = weights.Sum(weight => (long)weight) / divisor;
        if (sum <= MostTurns) return [.. weights.Select(weight => weight / divisor)];
        var scale = (double)MostTurns / (sum * divisor);
        return [.. weights.Select(weight => Math.Max(1, (int)(weight * scale)))];
    }

    private static int GreatestCommonDivisor(int left, int right) => right == 0 ? left : GreatestCommonDivisor(right, left % right);
}
