namespace Pointsman.Lab.Load;

/// <summary>Draws from a seeded source.</summary>
internal static class Chance
{
    public static double Exponential(Random random, double mean) => -mean * Math.Log(1 - random.NextDouble());

    /// <summary>How many of something that comes so often on average: Knuth's product for small means, in pieces for larger ones.</summary>
    public static int Poisson(Random random, double mean)
    {
        const double Piece = 30;
        var count = 0;
        // Each turn takes a piece off: bounded by the mean, which is users a second.
        for (; mean > Piece; mean -= Piece) count += Small(random, Piece);
        return count + Small(random, mean);
    }

    private static int Small(Random random, double mean)
    {
        if (mean <= 0) return 0;
        var limit = Math.Exp(-mean);
        var product = random.NextDouble();
        var count = 0;
        while (product > limit)
        {
            count++;
            product *= random.NextDouble();
        }
        return count;
    }
}
