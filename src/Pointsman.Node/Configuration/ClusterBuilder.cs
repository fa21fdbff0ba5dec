using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using Pointsman.Model;
using Pointsman.Node.Configuration.Keys;
using Pointsman.Node.Configuration.Shapes;
using Pointsman.Node.Output;

namespace Pointsman.Node.Configuration;

/// <summary>
/// From the configuration as written to the model's facts: looks every site's name up and puts things in their published order. What it
/// builds is complete even where a name was wrong (that entry is left out), so that the checks across the whole still find the rest.
/// </summary>
internal sealed class ClusterBuilder
{
    private readonly Dictionary<string, SiteId> sites = new(StringComparer.Ordinal);
    private readonly ProbeFiles probeFiles;
    private readonly Findings findings;

    private ClusterBuilder(ProbeFiles probeFiles, Findings findings) => (this.probeFiles, this.findings) = (probeFiles, findings);

    /// <param name="files">Where paths begin, and what the checks of probes name.</param>
    public static Cluster Build(WrittenConfiguration written, NamedFiles files, Findings findings) =>
        new ClusterBuilder(new ProbeFiles(files, findings), findings).Build(written, files.Resolve);

    private Cluster Build(WrittenConfiguration written, Func<string, string> resolvePath)
    {
        foreach (var site in written.Sites) sites[site.Name] = new SiteId(site.Value.Id.Value);
        CheckIds(written.Sites.Select(site => (site.Name, site.Value.Id)), "site");
        CheckIds(written.Services.Select(service => (service.Name, service.Value.Id)), "service");
        CheckNames(written.Sites.Select(site => (site.Name, site.Mark, site.Path)), "site");
        CheckNames(written.Services.Select(service => (service.Name, service.Mark, service.Path)), "service");
        return new Cluster
        {
            Name = written.Cluster.Name,
            Generation = written.Cluster.Generation,
            Sites = [.. written.Sites.OrderBy(site => site.Name, StringComparer.Ordinal).Select(Site)],
            Services = [.. written.Services.OrderBy(service => service.Name, StringComparer.Ordinal).Select(Service)],
            Dssp = Dssp(written.Dssp, resolvePath),
            Health = written.Health,
        };
    }

    private Site Site(Entry<WrittenSite> entry)
    {
        var through = new Dictionary<SiteId, IPAddress>();
        foreach (var target in entry.Value.ProbeThrough)
        {
            if (!TryFind(target.Name, target.Mark, target.Path, out var id)) continue;
            if (target.Name == entry.Name) findings.Error(target.Mark, target.Path, "a site does not probe its own VIPs through anything: name another site");
            through[id] = target.Value;
        }
        return new Site
        {
            Id = new SiteId(entry.Value.Id.Value),
            Name = entry.Name,
            Location = entry.Value.Location,
            Cost = entry.Value.Cost,
            Nodes =
            [
                .. entry.Value.Nodes.Select(node => new NodeSettings
                {
                    Name = node.Name,
                    Dns = [.. node.Value.Dns.Select(endpoint => endpoint.Value)],
                    Dssp = node.Value.Dssp?.Value,
                    Admin = node.Value.Admin?.Value,
                }),
            ],
            ProbeThrough = through.ToFrozenDictionary(),
            ProbeSource = entry.Value.ProbeSource,
        };
    }

    private Service Service(Entry<WrittenService> entry)
    {
        var id = new ServiceId(entry.Value.Id.Value);
        return new Service
        {
            Id = id,
            Name = entry.Name,
            Ttl = entry.Value.Ttl,
            Answers = entry.Value.Answers,
            UseDnsRespond = entry.Value.UseDnsRespond,
            HttpRedirect = entry.Value.HttpRedirect,
            Policy = Policy(entry.Value.Policy),
            Probe = entry.Value.Probe(probeFiles),
            ServerProbe = entry.Value.ServerProbe(probeFiles),
            Redirect = entry.Value.Redirect,
            Https = entry.Value.Https,
            Vips = [.. entry.Value.Vips.OrderBy(vips => vips.Name, StringComparer.Ordinal).SelectMany(vips => Vips(id, vips))],
        };
    }

    private IEnumerable<Vip> Vips(ServiceId service, Entry<ImmutableArray<WrittenVip>> entry)
    {
        if (!TryFind(entry.Name, entry.Mark, entry.Path, out var site)) yield break;
        foreach (var written in entry.Value)
        {
            if (written.Address is not { } address) continue;
            yield return new Vip
            {
                Service = service,
                Site = site,
                Address = address.Value,
                MaxConnections = written.MaxConnections,
                TargetConnections = written.TargetConnections,
                Disabled = written.Disabled,
                Mode = written.Mode,
                Balance = written.Balance,
                Persistence = written.Persistence,
                Servers =
                [
                    .. written.Servers.Where(server => server.Address is not null)
                        .Select(server => new RealServer(server.Address!.Value.Value, server.MaxConnections, server.Weight, server.Disabled)),
                ],
            };
        }
    }

    private ServicePolicy Policy(WrittenPolicy written)
    {
        var weights = new Dictionary<SiteId, int>();
        foreach (var weight in written.SiteWeights)
            if (TryFind(weight.Name, weight.Mark, weight.Path, out var id)) weights[id] = weight.Value;

        SiteId? lastResort = null;
        if (written.LastResort is { } resort && TryFind(resort.Value, resort.Mark, resort.Path, out var found)) lastResort = found;
        return new ServicePolicy
        {
            Metrics = written.Metrics.IsEmpty ? new ServicePolicy().Metrics : [.. written.Metrics.Select(metric => metric.Value)],
            FewSites = written.FewSites,
            FewSitesBelow = written.FewSitesBelow,
            SiteWeights = weights.ToFrozenDictionary(),
            Weights = written.Weights,
            Turn = written.Turn,
            StickyPrefix4 = written.StickyPrefix4,
            StickyPrefix6 = written.StickyPrefix6,
            WhenAllDown = written.WhenAllDown,
            LastResort = lastResort,
            StaticOrder = FindOnce(written.Order),
            Orders = [.. written.Orders.Select(rule => new ClientOrder([.. rule.Clients.Select(client => client.Value)], FindOnce(rule.Order)))],
            Restrictions =
            [
                .. written.Restrictions.Select(rule => new ClientRestriction([.. rule.Clients.Select(client => client.Value)], FindOnce(rule.Sites), rule.OrElse)),
            ],
            Vote = written.Vote,
            DownBudget = written.DownBudget,
            DefaultRegion = written.DefaultRegion,
            SlowStart = written.SlowStart,
            Failback = written.Failback,
            ExplorationMillionths = written.ExplorationMillionths,
        };
    }

    private DsspSettings Dssp(WrittenDssp written, Func<string, string> resolvePath)
    {
        var intervals = new Dictionary<SiteId, TimeSpan?>();
        foreach (var peer in written.PeerIntervals)
            if (TryFind(peer.Name, peer.Mark, peer.Path, out var id)) intervals[id] = peer.Value;
        return new DsspSettings
        {
            Interval = written.Interval,
            PeerIntervals = intervals.ToFrozenDictionary(),
            Versions = written.Versions,
            Revoked = written.Revoked.IsDefault ? [] : written.Revoked,
            CertificateFile = written.Certificate is { } certificate ? resolvePath(certificate.Value) : null,
            KeyFile = written.Key is { } key ? resolvePath(key.Value) : null,
            AuthorityFile = written.Authority is { } authority ? resolvePath(authority.Value) : null,
        };
    }

    /// <summary>Sites by name, each at most once; the wrong ones are left out.</summary>
    private ImmutableArray<SiteId> FindOnce(ImmutableArray<Written<string>> names)
    {
        var found = ImmutableArray.CreateBuilder<SiteId>();
        var placed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            if (!TryFind(name.Value, name.Mark, name.Path, out var id)) continue;
            if (!placed.Add(name.Value)) findings.Error(name.Mark, name.Path, $"'{name.Value}' is given twice");
            else found.Add(id);
        }
        return found.ToImmutable();
    }

    private bool TryFind(string name, Mark mark, string path, out SiteId id)
    {
        if (sites.TryGetValue(name, out id)) return true;
        var nearest = NearestName.Of(name, sites.Keys);
        findings.Error(mark, path, $"no site is named '{name}'{(nearest is null ? "" : $"; did you mean '{nearest}'?")}");
        return false;
    }

    private void CheckIds(IEnumerable<(string Name, Written<int> Id)> all, string kind)
    {
        var owners = new Dictionary<int, string>();
        foreach (var (name, id) in all)
        {
            // 0 = missing or out of range, which is an error already.
            if (id.Value != 0 && !owners.TryAdd(id.Value, name))
                findings.Error(id.Mark, id.Path, FormattableString.Invariant($"must be unlike every other {kind}'s, but {id.Value} is taken by '{owners[id.Value]}'"));
        }
    }

    // DNS names have no case, and a site's name is a label in one: two that differ in case only are the same.
    private void CheckNames(IEnumerable<(string Name, Mark Mark, string Path)> all, string kind)
    {
        var first = new Dictionary<string, Mark>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, mark, path) in all)
        {
            if (!first.TryAdd(name, mark)) findings.Error(mark, path, $"the {kind} is given twice (case and a final dot make no difference); first at {first[name]}");
        }
    }
}
