using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using Pointsman.Health;
using Pointsman.Model;
using Pointsman.Model.Probes;

namespace Pointsman.Tests.Health;

public sealed class TargetsTests
{
    private static readonly IPAddress Relay = IPAddress.Parse("127.9.9.9");

    [Fact]
    [Trait("mission", "P4.1")]
    public void Four_other_sites_with_five_VIPs_each_are_twenty_targets()
    {
        var cluster = FiveSites(vipsPerSite: 5);
        foreach (var self in cluster.Sites)
        {
            var targets = Targets.Remote(cluster, self.Id).ToList();
            Assert.Equal(20, targets.Count);
            Assert.Equal(20, targets.DistinctBy(target => target.Key).Count());
            Assert.DoesNotContain(targets, target => target.Key.Vip.Site == self.Id);
            Assert.All(targets, target => Assert.Null(target.Key.Server));
        }
    }

    [Fact]
    public void Every_service_is_asked_with_its_own_settings_and_name()
    {
        var cluster = FiveSites(vipsPerSite: 2);
        var targets = Targets.Remote(cluster, new SiteId(1)).ToList();
        foreach (var service in cluster.Services)
        {
            var own = targets.Where(target => target.Key.Vip.Service == service.Id).ToList();
            Assert.Equal(4, own.Count);
            Assert.All(own, target => Assert.Equal((service.Name, service.Probe), (target.HostName, target.Settings)));
        }
    }

    [Fact]
    [Trait("mission", "P4.3")]
    public void Own_real_servers_are_probed_and_a_VIP_without_any_is_its_own()
    {
        var cluster = FiveSites(vipsPerSite: 2);
        var targets = Targets.Local(cluster, new SiteId(1)).ToList();
        Assert.Equal(["10.0.0.1:8080", "10.0.0.2:8080", "192.0.2.11:8001"], targets.Select(target => target.ConnectTo.ToString()));
        Assert.All(targets, target => Assert.Equal(TimeSpan.FromSeconds(2), target.Settings.Interval));
        Assert.All(targets, target => Assert.Equal(new SiteId(1), target.Key.Vip.Site));
        Assert.All(targets, target => Assert.Equal(target.ConnectTo, target.Key.Server));
    }

    [Fact]
    public void A_site_behind_a_relay_is_connected_to_through_it_at_the_VIPs_port()
    {
        var cluster = FiveSites(vipsPerSite: 1);
        var through = cluster.Sites[0] with { ProbeThrough = new Dictionary<SiteId, IPAddress> { [new SiteId(3)] = Relay }.ToFrozenDictionary() };
        cluster = cluster with { Sites = cluster.Sites.SetItem(0, through) };
        foreach (var target in Targets.Remote(cluster, new SiteId(1)))
        {
            var address = target.Key.Vip.Site == new SiteId(3) ? Relay : target.Key.Address.Address;
            Assert.Equal(new Endpoint(address, target.Key.Address.Port), target.ConnectTo);
        }
    }

    [Fact]
    public void A_source_address_is_used_only_for_its_own_family()
    {
        var cluster = FiveSites(vipsPerSite: 1);
        Assert.All(Targets.For(cluster, new SiteId(1), new SourceAddresses(IPAddress.Loopback, null)), target => Assert.Equal(IPAddress.Loopback, target.Source));
        Assert.All(Targets.For(cluster, new SiteId(1), new SourceAddresses(null, IPAddress.IPv6Loopback)), target => Assert.Null(target.Source));
    }

    [Fact]
    public void The_probes_own_source_goes_before_the_nodes_and_that_before_the_sites()
    {
        var (probe, node, site) = (IPAddress.Parse("192.0.2.1"), IPAddress.Parse("192.0.2.2"), IPAddress.Parse("192.0.2.3"));
        var plain = FiveSites(vipsPerSite: 1);
        var cluster = plain with { Sites = [.. plain.Sites.Select(one => one with { ProbeSource = new SourceAddresses(site, null) })] };
        Assert.All(Targets.For(cluster, new SiteId(1)), target => Assert.Equal(site, target.Source));
        Assert.All(Targets.For(cluster, new SiteId(1), new SourceAddresses(node, null)), target => Assert.Equal(node, target.Source));
        cluster = cluster with { Services = [.. cluster.Services.Select(one => one with { Probe = one.Probe with { Source = new SourceAddresses(probe, null) } })] };
        Assert.All(Targets.Remote(cluster, new SiteId(1), new SourceAddresses(node, null)), target => Assert.Equal(probe, target.Source));
        Assert.All(Targets.Local(cluster, new SiteId(1), new SourceAddresses(node, null)), target => Assert.Equal(node, target.Source));
    }

    [Fact]
    public void The_same_configuration_read_twice_gives_equal_targets() =>
        Assert.Equal(Targets.For(FiveSites(3), new SiteId(2)), Targets.For(FiveSites(3), new SiteId(2)));

    /// <summary>Sites 1 to 5, one VIP of each service at each; site 1's first VIP has two real servers.</summary>
    private static Cluster FiveSites(int vipsPerSite) => new()
    {
        Name = "example",
        Sites = [.. Enumerable.Range(1, 5).Select(site => new Site { Id = new SiteId(site), Name = $"site-{site}" })],
        Services = [.. Enumerable.Range(1, vipsPerSite).Select(service => new Service
        {
            Id = new ServiceId(service),
            Name = $"s{service}.example.com",
            Probe = new ProbeSettings { Check = new HttpCheck { Path = $"/{service}" } },
            Vips = [.. Enumerable.Range(1, 5).Select(site => new Vip
            {
                Service = new ServiceId(service),
                Site = new SiteId(site),
                Address = Given.At($"192.0.2.{(site * 10) + service - 1}:{7999 + service}"),
                Servers = site == 1 && service == 1 ? [new RealServer(Given.At("10.0.0.1:8080")), new RealServer(Given.At("10.0.0.2:8080"))] : ImmutableArray<RealServer>.Empty,
            })],
        })],
    };
}
