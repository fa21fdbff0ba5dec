namespace Pointsman.Lab.Load;

/// <summary>
/// An oscillation is a movement that comes back, and then goes again: a curve that rises once and stays does not oscillate, however high it rises. The size of
/// one is the greatest height h for which the curve has three legs in turn, up, down and up or the other way round, each at least h high.
/// </summary>
internal static class Zigzag
{
    private const int Legs = 3;

    // Halvings: to a millionth of the curve's whole height.
    private const int Halvings = 20;

    public static double Largest(ReadOnlySpan<double> curve)
    {
        if (curve.IsEmpty) return 0;
        double low = 0, high = 0;
        var (least, most) = (curve[0], curve[0]);
        foreach (var value in curve) (least, most) = (Math.Min(least, value), Math.Max(most, value));
        high = most - least;
        if (high <= 0) return 0;
        // More height, fewer legs: so the greatest is found by halving.
        for (var halving = 0; halving < Halvings; halving++)
        {
            var middle = (low + high) / 2;
            if (CountLegs(curve, middle) >= Legs) low = middle;
            else high = middle;
        }
        return low;
    }

    /// <summary>Legs at least so high, each from one turning point to the next.</summary>
    internal static int CountLegs(ReadOnlySpan<double> curve, double height)
    {
        var legs = 0;
        // 0 = no leg has begun: lowest and highest are those since the start; else the direction of the leg under way and its extreme.
        var direction = 0;
        var (lowest, highest) = (curve[0], curve[0]);
        foreach (var value in curve)
        {
            if (direction <= 0 && value - lowest >= height && (direction < 0 || value > lowest))
            {
                legs++;
                (direction, highest) = (1, value);
            }
            else if (direction >= 0 && highest - value >= height && (direction > 0 || value < highest))
            {
                legs++;
                (direction, lowest) = (-1, value);
            }
            if (direction >= 0) highest = Math.Max(highest, value);
            if (direction <= 0) lowest = Math.Min(lowest, value);
        }
        return legs;
    }
}
