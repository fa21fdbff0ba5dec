using System.Net;
using System.Net.Sockets;
using Pointsman.Dssp;
using Pointsman.Model;
using Pointsman.Node.Configuration.Keys;
using Pointsman.Node.Configuration.Shapes;

namespace Pointsman.Node.Configuration;

/// <summary>
/// What is right by itself and wrong together: addresses that clash, a policy that can never act, keys that need each other. Errors where
/// the node could not do what is written; warnings where it can, but hardly as meant.
/// </summary>
internal static class CrossChecks
{
    public static void Run(WrittenConfiguration written, Findings findings)
    {
        // First, for a large cluster may give more warnings than are listed.
        CheckMesh(written, findings);
        CheckListeners(written, findings);
        foreach (var service in written.Services)
        {
            CheckVips(service, findings);
            PolicyChecks.Run(service, written, findings);
        }
        CheckSharedVips(written, findings);
        CheckSiteNames(written, findings);
        CheckZones(written, findings);
        CheckSecret(written, findings);
        CheckDssp(written, findings);
    }

    /// <summary>One site's nodes and VIPs, and different nodes' addresses that are not every machine's own.</summary>
    private static void CheckListeners(WrittenConfiguration written, Findings findings)
    {
        var everywhere = new Dictionary<Endpoint, Written<Endpoint>>();
        foreach (var site in written.Sites)
        {
            foreach (var node in site.Value.Nodes)
            {
                var here = new List<Written<Endpoint>>(node.Value.Dns);
                if (node.Value.Dssp is { } dssp) here.Add(dssp);
                if (node.Value.Admin is { } admin) here.Add(admin);
                for (var i = 0; i < here.Count; i++)
                {
                    if (here.Take(i).FirstOrDefault(other => Clash(other.Value, here[i].Value)) is { Path: not null } earlier)
                        findings.Error(here[i].Mark, here[i].Path, $"{here[i].Value} is this node's already, as {earlier.Path}");
                    else if (!IsEveryMachinesOwn(here[i].Value.Address) && !everywhere.TryAdd(here[i].Value, here[i]))
                        findings.Error(here[i].Mark, here[i].Path, $"{here[i].Value} is given twice; first at {everywhere[here[i].Value].Path}");
                }
            }
        }
    }

    // Names no single machine: two nodes may both have it.
    private static bool IsEveryMachinesOwn(IPAddress address) =>
        IPAddress.IsLoopback(address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) || address.IsIPv6LinkLocal;

    private static bool Clash(Endpoint left, Endpoint right) =>
        left.Port == right.Port
        && left.Address.AddressFamily == right.Address.AddressFamily
        && (left.Address.Equals(right.Address) || IsAny(left.Address) || IsAny(right.Address));

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    private static void CheckVips(Entry<WrittenService> service, Findings findings)
    {
        foreach (var vip in service.Value.Vips.SelectMany(entry => entry.Value))
        {
            if (vip.Address is not { } address) continue;
            if (IsAny(address.Value.Address) || address.Value.Address.Equals(IPAddress.Broadcast) || IsMulticast(address.Value.Address))
                findings.Error(address.Mark, address.Path, $"must be an address that a user can connect to, was {address.Value.Address}");
            var seen = new Dictionary<Endpoint, string>();
            foreach (var server in vip.Servers)
            {
                if (server.Address is not { } at) continue;
                if (at.Value == address.Value) findings.Error(at.Mark, at.Path, "is the VIP itself: its connections would come back to it");
                else if (!seen.TryAdd(at.Value, at.Path)) findings.Error(at.Mark, at.Path, $"{at.Value} is given twice; first as {seen[at.Value]}");
            }
        }
        if (service.Value.Vips.Length == 1)
            findings.Warning(service.Mark, service.Path, $"has VIPs at one site alone ({service.Value.Vips[0].Name}): there is nothing to choose");
    }

    private static bool IsMulticast(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6
        ? address.IsIPv6Multicast
        : address.GetAddressBytes()[0] is >= 224 and <= 239;

    /// <summary>[S1] One address and port of one site is one VIP; at two sites it is allowed (anycast) but rarely meant.</summary>
    private static void CheckSharedVips(WrittenConfiguration written, Findings findings)
    {
        var bySite = new Dictionary<(string Site, Endpoint Address), string>();
        var anywhere = new Dictionary<Endpoint, (string Site, string Path)>();
        var nodesOf = written.Sites.GroupBy(site => site.Name, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.First().Value.Nodes, StringComparer.Ordinal);
        foreach (var entry in written.Services.SelectMany(service => service.Value.Vips))
        {
            foreach (var vip in entry.Value)
            {
                if (vip.Address is not { } at) continue;
                if (!bySite.TryAdd((entry.Name, at.Value), at.Path))
                    findings.Error(at.Mark, at.Path, $"{at.Value} is a VIP of this site already, as {bySite[(entry.Name, at.Value)]}");
                else if (!anywhere.TryAdd(at.Value, (entry.Name, at.Path)) && anywhere[at.Value].Site != entry.Name)
                    findings.Warning(at.Mark, at.Path, $"{at.Value} is a VIP of another site too, as {anywhere[at.Value].Path}");
                if (vip.Servers.IsEmpty || !nodesOf.TryGetValue(entry.Name, out var nodes)) continue;
                foreach (var own in nodes.SelectMany(node => Listeners(node.Value)))
                {
                    if (Clash(own.Value, at.Value))
                        findings.Error(at.Mark, at.Path, $"{at.Value} is taken by the site's own node, as {own.Path}");
                }
            }
        }
    }

    private static IEnumerable<Written<Endpoint>> Listeners(WrittenNode node)
    {
        foreach (var dns in node.Dns) yield return dns;
        if (node.Dssp is { } dssp) yield return dssp;
        if (node.Admin is { } admin) yield return admin;
    }

    /// <summary>[S18] Every node answers SITE.SERVICE too; it must be a name, and nobody else's.</summary>
    private static void CheckSiteNames(WrittenConfiguration written, Findings findings)
    {
        var services = written.Services.Select(service => service.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var service in written.Services)
        {
            if (service.Value.Redirect.To != RedirectTo.SiteName) continue;
            foreach (var site in service.Value.Vips)
            {
                var name = $"{site.Name.ToLowerInvariant()}.{service.Name}";
                if (name.Length > 253) findings.Error(service.Mark, $"{service.Path}.redirect.to", $"'{name}' is longer than a domain name may be (253)");
                if (services.Contains(name)) findings.Error(service.Mark, $"{service.Path}.redirect.to", $"'{name}' is a service of its own");
            }
        }
    }

    private static void CheckZones(WrittenConfiguration written, Findings findings)
    {
        var first = new Dictionary<string, Mark>(StringComparer.Ordinal);
        foreach (var zone in written.Zones)
        {
            if (!first.TryAdd(zone.Name, zone.Mark))
                findings.Error(zone.Mark, zone.Path, $"the zone is given twice (case and a final dot make no difference); first at {first[zone.Name]}");
        }
        foreach (var service in written.Services)
        {
            if (!first.Keys.Any(zone => IsWithin(service.Name, zone)))
                findings.Warning(service.Mark, service.Path, "stands in none of the zones: a zone of SOA and NS alone is made up for it");
        }
    }

    public static bool IsWithin(string name, string zone) =>
        zone.Length == 0 || name == zone || (name.EndsWith(zone, StringComparison.Ordinal) && name[^(zone.Length + 1)] == '.');

    /// <summary>[S19] A redirect carries a token that only this cluster can have signed.</summary>
    private static void CheckSecret(WrittenConfiguration written, Findings findings)
    {
        if (!written.Cluster.Secrets.IsEmpty || written.Cluster.Mark.Line == 0) return;
        var redirecting = written.Services.FirstOrDefault(service =>
            service.Value.HttpRedirect && service.Value.Vips.Length > 1 && service.Value.Vips.Any(site => site.Value.Any(vip => !vip.Servers.IsEmpty)));
        if (redirecting.Name is not null)
            findings.Error(written.Cluster.Mark, "cluster", $"'secret' is missing: {redirecting.Name} redirects (httpRedirect) and its hop tokens need a key; a file of 32 random bytes will do");
    }

    private static void CheckDssp(WrittenConfiguration written, Findings findings)
    {
        var dssp = written.Dssp;
        (string Name, Written<string>? File)[] given = [("certificate", dssp.Certificate), ("key", dssp.Key), ("authority", dssp.Authority)];
        foreach (var (_, file) in given)
            if (file is { } path) CheckPlaceholders(path, findings);
        var absent = given.Where(file => file.File is null).Select(file => $"'{file.Name}'").ToList();
        var listening = written.Sites.SelectMany(site => site.Value.Nodes).Select(node => node.Value.Dssp).FirstOrDefault(endpoint => endpoint is not null);
        if (absent.Count is 1 or 2)
        {
            var present = given.First(file => file.File is not null).File!.Value;
            findings.Error(present.Mark, "dssp", $"{string.Join(" and ", absent)} missing: certificate, key and authority are given together");
        }
        else if (absent.Count == 3 && listening is { } endpoint)
        {
            // Of a lone site, too: the node would not start without them.
            findings.Error(endpoint.Mark, endpoint.Path, "DSSP needs 'dssp.certificate', 'dssp.key' and 'dssp.authority', each a PEM file");
        }
        if (written.Sites.Length < 2) return;
        foreach (var site in written.Sites)
        {
            if (!site.Value.Nodes.IsEmpty && site.Value.Nodes.All(node => node.Value.Dssp is null))
                findings.Warning(site.Mark, site.Path, "no node of it has a 'dssp' address: its peers never hear what it sees");
        }
    }

    /// <summary>
    /// What a site says should be as much as its peers take: past that they refuse every word of it, and each site decides as if it were alone. No
    /// error, for what is decided may still be looked at, by verify and simulate, before it is run.
    /// </summary>
    private static void CheckMesh(WrittenConfiguration written, Findings findings)
    {
        if (written.Sites.Length < 2) return;
        var own = written.Services.SelectMany(service => service.Value.Vips).GroupBy(entry => entry.Name, entry => entry.Value.Length).ToDictionary(site => site.Key, site => site.Sum());
        var all = own.Values.Sum();
        foreach (var site in written.Sites)
        {
            var mine = own.GetValueOrDefault(site.Name);
            if (mine > DsspLimits.Vips) findings.Warning(site.Mark, site.Path, FormattableString.Invariant($"should have {DsspLimits.Vips} VIPs at most in all services, has {mine}: its peers will refuse what it says, and decide without it"));
            if (all - mine <= DsspLimits.Observations) continue;
            findings.Warning(site.Mark, site.Path, FormattableString.Invariant($"should have {DsspLimits.Observations} VIPs at most to probe at the other sites, has {all - mine}: its peers will refuse what it says, and decide without it"));
            return;
        }
        if (written.Services.Length > DsspLimits.Orders)
            findings.Warning(written.Services[DsspLimits.Orders].Mark, "services", FormattableString.Invariant($"should be {DsspLimits.Orders} at most where there is more than one site, are {written.Services.Length}: peers will refuse what each other say"));
    }

    private static void CheckPlaceholders(Written<string> path, Findings findings)
    {
        var rest = path.Value.Replace("{site}", "", StringComparison.Ordinal);
        if (rest.Contains('{', StringComparison.Ordinal) || rest.Contains('}', StringComparison.Ordinal))
            findings.Error(path.Mark, path.Path, "braces stand around 'site' alone: {site}");
    }
}
