using System.Net;
using Pointsman.Lab.Simulation;

namespace Pointsman.Tests.Lab;

public sealed class LabSettingsTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 16)]
    [Trait("rfc", "5737 §3")]
    public void Every_address_of_a_simulated_cluster_is_one_for_documentation(int vips, int services)
    {
        IPNetwork[] documentation = [IPNetwork.Parse("192.0.2.0/24"), IPNetwork.Parse("198.51.100.0/24"), IPNetwork.Parse("203.0.113.0/24")];
        var cluster = new LabSettings { Sites = [.. Enumerable.Range(1, 100).Select(site => $"site-{site}")], Vips = vips, Services = services }.ToCluster();
        var all = cluster.Services.SelectMany(service => service.Vips).ToList();
        Assert.Equal(100 * vips * services, all.Select(vip => vip.Address).Distinct().Count());
        Assert.All(all, vip => Assert.Contains(documentation, block => block.Contains(vip.Address.Address)));
    }
}
