using System.Text;
using Pointsman.Node.Configuration;

namespace Pointsman.Tests.Node.Configuration;

/// <summary>A cluster larger than DSSP carries is told so when it is written, not when its sites stop hearing each other.</summary>
[Trait("mission", "P5.8")]
public sealed class MeshSizeTests
{
    private static string[] Errors(int sites, int services, int vips = 1)
    {
        var text = new StringBuilder("cluster: { name: large }\ndssp: { certificate: a.crt, key: a.key, authority: b.crt }\nzones: { example.com: { file: zones/example.com.zone } }\nsites:\n");
        for (var site = 1; site <= sites; site++) text.Append($"  s{site}: {{ id: {site}, nodes: {{ n: {{}} }} }}\n");
        if (services > 0) text.Append("services:\n");
        for (var service = 1; service <= services; service++)
        {
            text.Append($"  w{service}.example.com:\n    id: {service}\n    vips:\n");
            for (var site = 1; site <= sites; site++)
            {
                text.Append($"      s{site}:\n");
                for (var vip = 1; vip <= vips; vip++) text.Append($"        - {{ address: \"10.{site}.{service / 250}.{service % 250}:{vip}\" }}\n");
            }
        }
        return [.. MemoryFiles.Good().With("pointsman.yaml", text.ToString()).Load().Findings.Where(finding => finding.Severity == Severity.Error || finding.Message.StartsWith("should ", StringComparison.Ordinal)).Select(error => error.ToString().Replace("/etc/pointsman/", "", StringComparison.Ordinal))];
    }

    [Fact]
    public void A_hundred_sites_of_sixteen_services_with_ten_addresses_each_are_accepted() => Assert.Empty(Errors(100, 16, 10));

    [Fact]
    public void More_sites_than_peers_name_are_refused() =>
        Assert.Equal("pointsman.yaml:5:3: error: sites: must have 1 to 128 entries, has 129", Assert.Single(Errors(129, 0)));

    [Fact]
    public void More_VIPs_of_a_site_than_peers_take_are_warned_of() =>
        Assert.Equal(
            ["pointsman.yaml:5:3: warning: sites.s1: should have 2048 VIPs at most in all services, has 2100: its peers will refuse what it says, and decide without it",
             "pointsman.yaml:6:3: warning: sites.s2: should have 2048 VIPs at most in all services, has 2100: its peers will refuse what it says, and decide without it"],
            Errors(2, 60, 35));

    [Fact]
    public void More_to_probe_than_peers_take_a_report_of_is_warned_of() =>
        Assert.Equal(
            "pointsman.yaml:5:3: warning: sites.s1: should have 16000 VIPs at most to probe at the other sites, has 17820: its peers will refuse what it says, and decide without it",
            Assert.Single(Errors(100, 18, 10)));

    [Fact]
    public void More_services_than_peers_take_orders_of_are_warned_of() =>
        Assert.Contains("services: should be 1024 at most where there is more than one site, are 1025", Assert.Single(Errors(2, 1025)), StringComparison.Ordinal);
}
