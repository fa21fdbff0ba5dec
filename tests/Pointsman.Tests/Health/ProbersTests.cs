using System.Collections.Immutable;
using CsCheck;
using Pointsman.Health;
using Pointsman.Model;

namespace Pointsman.Tests.Health;

public sealed class ProbersTests
{
    private static readonly Gen<Cluster> meshes = Gen.Select(Gen.Int[33, 128], Gen.Int[3, 16], Gen.Int[1, 65535]).Select((sites, each, step) => Mesh(sites, each, step));

    [Fact]
    [Trait("mission", "P4.1")]
    public void Up_to_the_limit_everybody_probes_everybody()
    {
        var cluster = Mesh(32, 8, 1);
        foreach (var site in cluster.Sites) Assert.Equal(31, Probers.Of(cluster, Given.Web, site.Id).Length);
        Assert.All(Probers.Of(Mesh(33, 8, 1), Given.Web, new SiteId(1)), prober => Assert.NotEqual(new SiteId(1), prober));
    }

    [Fact]
    public void Past_it_each_site_has_as_many_probers_as_configured_and_never_itself() =>
        meshes.Sample(cluster =>
        {
            foreach (var site in cluster.Sites)
            {
                var probers = Probers.Of(cluster, Given.Web, site.Id);
                Assert.Equal(cluster.Health.ProbersEach, probers.Distinct().Count());
                Assert.DoesNotContain(site.Id, probers);
            }
        }, iter: 20);

    [Fact]
    public void Who_leaves_is_replaced_at_those_whom_it_probed_and_nothing_else_changes() =>
        Gen.Select(meshes, Gen.Int[0, 127]).Sample((cluster, index) =>
        {
            var gone = cluster.Sites[index % cluster.Sites.Length].Id;
            var after = cluster with { Sites = [.. cluster.Sites.Where(site => site.Id != gone)], Health = cluster.Health with { ProbersBeyond = 1 } };
            foreach (var site in after.Sites)
            {
                var (old, now) = (Probers.Of(cluster, Given.Web, site.Id), Probers.Of(after, Given.Web, site.Id));
                Assert.Equal(old.Contains(gone) ? 1 : 0, old.Except(now).Count());
                Assert.Equal(old.Contains(gone) ? 1 : 0, now.Except(old).Count());
            }
        }, iter: 20);

    [Fact]
    public void The_order_of_the_sites_in_the_file_says_nothing() =>
        meshes.Sample(cluster =>
        {
            var other = cluster with { Sites = [.. cluster.Sites.Reverse()] };
            foreach (var site in cluster.Sites) Assert.Equal(Probers.Of(cluster, Given.Web, site.Id), Probers.Of(other, Given.Web, site.Id));
        }, iter: 20);

    [Fact]
    public void The_work_is_spread_and_what_a_node_probes_is_what_it_is_a_prober_of()
    {
        var cluster = Mesh(100, 8, 1);
        var loads = new List<int>();
        foreach (var self in cluster.Sites)
        {
            var targets = Targets.Remote(cluster, self.Id).ToList();
            loads.Add(targets.Count);
            foreach (var service in cluster.Services)
            {
                var probed = targets.Where(target => target.Key.Vip.Service == service.Id).Select(target => target.Key.Vip.Site).ToHashSet();
                Assert.All(cluster.Sites, site => Assert.Equal(Probers.Of(cluster, service.Id, site.Id).Contains(self.Id), probed.Contains(site.Id)));
            }
        }

        // 100 sites × 8 probers × 3 services, 24 for each node; a fair draw leaves nobody without work and gives nobody three times as much.
        Assert.Equal(2400, loads.Sum());
        Assert.InRange(loads.Min(), 8, 24);
        Assert.InRange(loads.Max(), 24, 48);
    }

    private static Cluster Mesh(int sites, int each, int step)
    {
        var all = Enumerable.Range(0, sites).Select(index => new Site { Id = new SiteId(1 + (index * step)), Name = $"s{index:000}" }).ToImmutableArray();
        return new Cluster
        {
            Name = "large",
            Sites = all,
            Services =
            [
                .. Enumerable.Range(1, 3).Select(number => new Service
                {
                    Id = new ServiceId(number),
                    Name = $"w{number}.example.com",
                    Vips = [.. all.Select((site, index) => new Vip { Service = new ServiceId(number), Site = site.Id, Address = Given.At($"10.0.{index}.{number}:80") })],
                }),
            ],
            Health = new HealthSettings { ProbersEach = each },
        };
    }
}
