
namespace Pointsman.Tests.Policy.Publishing;

public sealed class AdmissionStabilityTests
{
    [Fact]
    public void Scratch()
    {
        foreach (var (name, ttl, stay, counts) in new[] { ("short", 60, 0, false), ("short counted", 60, 0, true), ("ttl 20", 20, 0, false), ("10 min counted", 60, 600, true) })
        {
            var world = new World("a", "b", "c", "d", "e", "f");
            var traffic = new Traffic(world, ttl, TimeSpan.FromSeconds(stay), counts) { Demand = { ["198.51.100.1"] = 3900 } };
            var scale = stay == 0 ? 1 : 60;
            traffic.Run(60 + stay * 4);
            traffic.Kill("f");
            File.AppendAllText("/tmp/C/sim.txt", $"== {name}: f dies" + "\n");
            traffic.Run(ttl * 12 + stay * 3);
            Dump(traffic, stay == 0 ? ttl / 4 : stay / 4, 60 + stay * 4 - 1);
            traffic.Revive("f");
            var start = traffic.Second;
            traffic.Run(ttl * 6 + stay);
            File.AppendAllText("/tmp/C/sim.txt", $"== {name}: f back" + "\n");
            Dump(traffic, stay == 0 ? ttl / 4 : stay / 4, start);

            // one region over capacity
            var geo = World.FiveContinents();
            var over = new Traffic(geo, ttl, TimeSpan.FromSeconds(stay), counts) { Demand = { ["193.0.6.139"] = 600, ["200.1.123.46"] = 300, ["211.123.11.20"] = 300 } };
            over.Run(60 + stay * 4);
            over.Demand["193.0.6.139"] = 1900;
            over.Run(ttl * 12 + stay * 3);
            File.AppendAllText("/tmp/C/sim.txt", $"== {name}: Europe 1900" + "\n");
            Dump(over, stay == 0 ? ttl / 4 : stay / 4, 60 + stay * 4 - 1);
        }
    }

    private static void Dump(Traffic traffic, int every, int from)
    {
        foreach (var (second, load, admit) in traffic.Log.Skip(from).Where((_, index) => index % every == 0))
            File.AppendAllText("/tmp/C/sim.txt", $"{second,5}  {string.Join(" ", load.Select(pair => $"{pair.Key[0]}{pair.Value,5:0.00}/{admit.GetValueOrDefault(pair.Key),5:0.00}"))}" + "\n");
    }
}
