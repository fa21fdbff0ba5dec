using System.Net;
using Pointsman.Model;
using Pointsman.Topology;

namespace Pointsman.Lab.Load;

/// <summary>Clusters to try things on: six sites at six places of the world, or any number of them, with users in proportion to the sites near them.</summary>
public static class SampleWorlds
{
    private static readonly (string Name, string Country, double Latitude, double Longitude)[] cities =
    [
        ("atlanta", "US", 33.7, -84.4), ("frankfurt", "DE", 50.1, 8.7), ("johannesburg", "ZA", -26.2, 28.0),
        ("san-jose", "US", 37.3, -121.9), ("sao-paulo", "BR", -23.5, -46.6), ("tokyo", "JP", 35.7, 139.7),
    ];

    /// <summary>The first tier near the user, and within a tier by response time: the composition that spills over.</summary>
    public static readonly ServicePolicy Geographic = new() { Metrics = [Metric.Geography, Metric.ResponseTime] };

    /// <summary>Six sites of 1,000 connections each, and as many users as make <paramref name="load"/> of all of it, most of them where the sites are.</summary>
    public static LoadScenario Six(double load = 0.6, ServicePolicy? policy = null, int seed = 1, int max = 1000)
    {
        var session = TimeSpan.FromSeconds(60);
        var perSite = load * max / session.TotalSeconds;
        return new LoadScenario
        {
            Cluster = ClusterOf(cities, policy ?? Geographic, max),
            Regions = [.. cities.Select(city => new Region(city.Name, Places.PlaceOf(city.Country, null, city.Latitude, city.Longitude), perSite))],
            MeanSession = session,
            Seed = seed,
        };
    }

    /// <summary>Any number of sites, spread over the land where people live, with the users of the same six regions.</summary>
    public static LoadScenario Many(int sites, double load = 0.6, ServicePolicy? policy = null, int seed = 1, int max = 1000)
    {
        var random = new Random(seed);
        var places = new (string, string, double, double)[sites];
        for (var index = 0; index < sites; index++)
        {
            var (_, country, latitude, longitude) = cities[index % cities.Length];
            places[index] = ($"s{index + 1:000}", country, Math.Round(latitude + (random.NextDouble() * 10) - 5, 2), Math.Round(longitude + (random.NextDouble() * 10) - 5, 2));
        }
        var scenario = Six(load, policy, seed, max);
        var perRegion = load * max * sites / scenario.MeanSession.TotalSeconds / cities.Length;
        return scenario with
        {
            Cluster = ClusterOf(places, policy ?? Geographic, max),
            Regions = [.. scenario.Regions.Select(region => region with { UsersPerSecond = perRegion, Resolvers = 50 * sites })],
        };
    }

    private static Cluster ClusterOf(IReadOnlyList<(string Name, string Country, double Latitude, double Longitude)> places, ServicePolicy policy, int max)
    {
        var id = new ServiceId(1);
        return new Cluster
        {
            Name = "sample",
            Digest = "00",
            Sites =
            [
                .. places.Select((place, index) => new Site
                {
                    Id = new SiteId(index + 1),
                    Name = place.Name,
                    Location = new Location(place.Country, null, place.Latitude, place.Longitude),
                }).OrderBy(site => site.Name, StringComparer.Ordinal),
            ],
            Services =
            [
                new Service
                {
                    Id = id,
                    Name = "www.example.test",
                    Policy = policy,
                    Vips = [.. places.Select((place, index) => new Vip { Service = id, Site = new SiteId(index + 1), Address = new Endpoint(new IPAddress([192, 0, 2, (byte)(index + 1)]), 80), MaxConnections = max }).OrderBy(vip => places[vip.Site.Value - 1].Name, StringComparer.Ordinal)],
                },
            ],
        };
    }
}
