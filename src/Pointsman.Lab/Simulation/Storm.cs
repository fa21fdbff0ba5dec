using Pointsman.Model;

namespace Pointsman.Lab.Simulation;

/// <summary>
/// A random schedule of faults from one seed: bad weather, one-way and two-way cuts, sites that die and come back (some without their disk
/// and with a clock gone back), VIPs that fill, drain and fail. It ends with everything healed, and time for the news to travel.
/// </summary>
public static class Storm
{
    private const int Faults = 25;

    public static LabCluster Run(int seed)
    {
        var random = new Random(seed);
        var settings = new LabSettings
        {
            Sites = [.. Enumerable.Range(0, random.Next(2, 8)).Select(index => $"{(char)('A' + index)}")],
            Seed = seed,
            Interval = TimeSpan.FromSeconds(random.Next(1, 30)),
            Probe = new ProbeSettings { Interval = TimeSpan.FromSeconds(2), Timeout = TimeSpan.FromSeconds(1), Fall = random.Next(1, 4), Rise = 2 },
            Policy = new ServicePolicy { FewSites = random.Next(2) == 0 ? FewSites.Capacity : FewSites.Weights },
        };
        var lab = new LabCluster(settings);
        lab.Run(TimeSpan.FromSeconds(20));
        for (var fault = 0; fault < Faults; fault++)
        {
            Strike(lab, random);
            lab.Run(TimeSpan.FromSeconds(random.NextDouble() * 15));
        }

        lab.HealAll();
        lab.Run(SettlingTime(settings));
        return lab;
    }

    /// <summary>
    /// From the last healing to equal tables: streams found dead and dialled again, Hellos, the rise of every probe, orders that move one place a
    /// second until they are right, owners who admit all their users again (four TTLs of a minute), and three periods for whatever was lost.
    /// </summary>
    public static TimeSpan SettlingTime(LabSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return TimeSpan.FromSeconds(300) + (settings.Probe.Interval * 1.05 * (settings.Probe.Rise + 5)) + ((settings.Interval ?? TimeSpan.Zero) * 3);
    }

    private static void Strike(LabCluster lab, Random random)
    {
        var site = lab.Cluster.Sites[random.Next(lab.Cluster.Sites.Length)].Id;
        var other = lab.Cluster.Sites[random.Next(lab.Cluster.Sites.Length)].Id;
        switch (random.Next(10))
        {
            case 0:
                lab.World.Cut(site, other);
                break;
            case 1:
                lab.World.Cut(site, other);
                lab.World.Cut(other, site);
                break;
            case 2:
                lab.World.Heal(site, other);
                lab.World.Heal(other, site);
                break;
            case 3:
                lab.World.HealAll();
                break;
            case 4:
                lab.Kill(site);
                break;
            case 5:
                lab.Revive(site, forgetful: random.Next(2) == 0);
                break;
            case 6:
                lab.SetCondition(site, (VipCondition)random.Next(7));
                break;
            case 7:
                lab.SetWeather(random.NextDouble() * 0.5, random.NextDouble() * 0.5, TimeSpan.FromSeconds(random.NextDouble() * 3));
                break;
            case 8:
                lab.World.SetLoad(site, random.Next(1100));
                break;
            default:
                // Dies and is back before anybody can have noticed.
                lab.Kill(site);
                lab.Revive(site, forgetful: random.Next(2) == 0);
                break;
        }
    }
}
