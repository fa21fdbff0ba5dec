using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using Pointsman.Model;

namespace Pointsman.Lab.Simulation;

/// <summary>What a simulated cluster is made of: one service, one VIP a site, sites named as given.</summary>
public sealed record LabSettings
{
    public required ImmutableArray<string> Sites { get; init; }

    /// <summary>Everything random comes from it: one seed, one story.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>DSSP's period; null = off.</summary>
    public TimeSpan? Interval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Receivers whose period differs, by site number.</summary>
    public FrozenDictionary<SiteId, TimeSpan?> PeerIntervals { get; init; } = FrozenDictionary<SiteId, TimeSpan?>.Empty;
    public ProbeSettings Probe { get; init; } = new();
    public ServicePolicy Policy { get; init; } = new();

    /// <summary>Of all frames on a stream that is up; a real stream loses none, so this is harder than life.</summary>
    public double Loss { get; init; }
    public double Duplication { get; init; }

    /// <summary>Added to each frame's way, evenly from zero: more than the gap between two frames reorders them.</summary>
    public TimeSpan Jitter { get; init; }

    public Cluster ToCluster()
    {
        var id = new ServiceId(1);
        return new Cluster
        {
            Name = "lab",
            Digest = "00",
            Sites = [.. Sites.Select((name, index) => new Site { Id = new SiteId(index + 1), Name = name }).OrderBy(site => site.Name, StringComparer.Ordinal)],
            Services =
            [
                new Service
                {
                    Id = id,
                    Name = "www.example.test",
                    Probe = Probe,
                    Policy = Policy,
                    Vips = [.. Sites.Select((_, index) => new Vip { Service = id, Site = new SiteId(index + 1), Address = AddressOf(index + 1), MaxConnections = 1000 })],
                },
            ],
            Dssp = new DsspSettings { Interval = Interval, PeerIntervals = PeerIntervals },
        };
    }

    // RFC 5737 §3: 192.0.2.0/24 is for documentation; no packet is ever sent there.
    private static Endpoint AddressOf(int site) => new(new IPAddress([192, 0, 2, (byte)site]), 80);
}
