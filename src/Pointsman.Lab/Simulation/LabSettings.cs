using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Pointsman.Model;

namespace Pointsman.Lab.Simulation;

/// <summary>What a simulated cluster is made of: services that every site offers, at as many VIPs each.</summary>
public sealed record LabSettings
{
    /// <summary>As many blocks of addresses as are kept for documentation.</summary>
    public const int MostVips = 3;

    public const int MostServices = 16;

    /// <summary>The mesh is at most a hundred sites [P5.8].</summary>
    public const int MostSites = 100;

    public required ImmutableArray<string> Sites { get; init; }

    /// <summary>Everything random comes from it: one seed, one story.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>DSSP's period; null = off.</summary>
    public TimeSpan? Interval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Receivers whose period differs, by site number.</summary>
    public FrozenDictionary<SiteId, TimeSpan?> PeerIntervals { get; init; } = FrozenDictionary<SiteId, TimeSpan?>.Empty;
    public ProbeSettings Probe { get; init; } = new();
    public ServicePolicy Policy { get; init; } = new();
    public int Services { get; init; } = 1;

    /// <summary>Of each service, at each site.</summary>
    public int Vips { get; init; } = 1;

    /// <summary>Of all frames on a stream that is up; a real stream loses none, so this is harder than life.</summary>
    public double Loss { get; init; }
    public double Duplication { get; init; }

    /// <summary>Added to each frame's way, evenly from zero: more than the gap between two frames reorders them.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>Everything that is promised is looked at after every step; off where only the machines are measured.</summary>
    public bool IsWatched { get; init; } = true;

    /// <summary>A defect put in on purpose, for tests of what notices it.</summary>
    internal Tampering Tampering { get; init; } = Tampering.None;

    public Cluster ToCluster() => new()
    {
        Name = "lab",
        Digest = "00",
        Sites = [.. Sites.Select((name, index) => new Site { Id = new SiteId(index + 1), Name = name }).OrderBy(site => site.Name, StringComparer.Ordinal)],
        Services = [.. Enumerable.Range(1, Services).Select(ToService)],
        Dssp = new DsspSettings { Interval = Interval, PeerIntervals = PeerIntervals },
    };

    private Service ToService(int number)
    {
        var id = new ServiceId(number);
        return new Service
        {
            Id = id,
            Name = number == 1 ? "www.example.test" : string.Create(CultureInfo.InvariantCulture, $"www{number:00}.example.test"),
            Probe = Probe,
            Policy = Policy,
            Vips = [.. Sites.SelectMany((_, index) => Enumerable.Range(0, Vips).Select(vip => new Vip { Service = id, Site = new SiteId(index + 1), Address = AddressOf(index + 1, vip, number), MaxConnections = 1000 }))],
        };
    }

    // RFC 5737 §3: these three blocks are for documentation; no packet is ever sent there.
    private static Endpoint AddressOf(int site, int vip, int service) => new(new IPAddress(vip switch
    {
        0 => [192, 0, 2, (byte)site],
        1 => [198, 51, 100, (byte)site],
        _ => [203, 0, 113, (byte)site],
    }), 79 + service);
}
