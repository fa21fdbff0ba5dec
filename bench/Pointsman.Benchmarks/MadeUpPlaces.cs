using System.Globalization;
using System.Net;
using System.Text;
using Pointsman.Topology;

namespace Pointsman.Benchmarks;

/// <summary>
/// 500,000 prefixes that tile 1.0.0.0 to 223.255.255.255, the same ones each time and nobody's data: blocks drawn at random are cut in two
/// until there are enough, and a half has its parent's place three times in four.
/// </summary>
internal static class MadeUpPlaces
{
    private const int Prefixes = 500_000;

    private static readonly string[] s_places =
    [
        "US,arin,33.75,-84.39", "US,arin,39.74,-104.99", "CA,arin,43.65,-79.38", "EC,lacnic,-0.18,-78.47", "PE,lacnic,-12.05,-77.04", "FR,ripe,48.86,2.35",
        "NO,ripe,59.91,10.75", "IT,ripe,41.9,12.5", "JP,apnic,35.68,139.69", "IN,apnic,28.61,77.21", "AU,apnic,-31.95,115.86", "KE,afrinic,-1.29,36.82",
    ];

    public static Places Load()
    {
        var loaded = Places.Load([new PlaceSource("made-up.csv", PlaceLayer.Database, Text())]);
        return loaded.Places ?? throw new InvalidOperationException(loaded.Errors[0].ToString());
    }

    private static string Text()
    {
        var dice = new Random(20261126);
        var open = Enumerable.Range(1, 223).Select(octet => (First: (uint)octet << 24, Length: 8, Place: dice.Next(s_places.Length))).ToList();
        var done = new List<(uint First, int Length, int Place)>();
        while (open.Count + done.Count < Prefixes)
        {
            var at = dice.Next(open.Count);
            var block = open[at];
            open[at] = open[^1];
            open.RemoveAt(open.Count - 1);
            foreach (var first in (uint[])[block.First, block.First | (1u << (31 - block.Length))])
                (block.Length + 1 == 24 ? done : open).Add((first, block.Length + 1, dice.NextDouble() < 0.75 ? block.Place : dice.Next(s_places.Length)));
        }
        var text = new StringBuilder("prefix,country,region,latitude,longitude\n");
        foreach (var (first, length, place) in open.Concat(done))
            text.Append(CultureInfo.InvariantCulture, $"{new IPAddress(System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(first))}/{length},{s_places[place]}\n");
        return text.ToString();
    }
}
