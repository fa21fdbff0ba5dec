using System.Net;
using Pointsman.Lab.Simulation;

namespace Pointsman.Tests.Lab;

public sealed class LabSettingsTests
{
    [Fact]
    [Trait("rfc", "5737 §3")]
    public void Every_address_of_a_simulated_cluster_is_one_for_documentation()
    {
        var documentation = IPNetwork.Parse("192.0.2.0/24");
        var cluster = new LabSettings { Sites = [.. Enumerable.Range(1, 100).Select(site => $"site-{site}")] }.ToCluster();
        var addresses = cluster.Services.SelectMany(service => service.Vips).Select(vip => vip.Address.Address).ToList();
        Assert.Equal(100, addresses.Distinct().Count());
        Assert.All(addresses, address => Assert.True(documentation.Contains(address), $"{address}"));
    }
}
