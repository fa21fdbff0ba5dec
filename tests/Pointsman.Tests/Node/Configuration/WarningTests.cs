namespace Pointsman.Tests.Node.Configuration;

public sealed class WarningTests
{
    [Theory]
    [InlineData("weights: [6, 4, 2, 1]", "weights: [6, 0]", "34:16: warning: services.www.example.com.policy.weights: a weight of 0 takes a site out even for the users nearest to it (the policy has geography too)", "[S5]")]
    [InlineData("  example.com: { file", "  example.net: { file", "23:3: warning: services.www.example.com: stands in none of the zones: a zone of SOA and NS alone is made up for it", "outside every zone")]
    [InlineData("turn: rotate", "turn: rotate\n      stickyPrefix4: 20", "36:22: warning: services.www.example.com.policy.stickyPrefix4: has no effect without 'turn: sticky'", "idle key")]
    [InlineData("\"203.0.113.11:443\"", "\"198.51.100.11:443\"", "76:25: warning: services.api.example.com.vips.tokyo.address: 198.51.100.11:443 is a VIP of another site too, as services.api.example.com.vips.paris.address", "one address at two sites")]
    [InlineData("    location: { country: US, region: arin, latitude: 37.3, longitude: -121.9 }\n", "", "3:3: warning: sites.san-jose: has no location, and its VIPs' addresses tell none: geography cannot place it", "[P2.6]")]
    [InlineData("siteWeights: { san-jose: 2, paris: 1 }", "siteWeights: { san-jose: 0, paris: 0, tokyo: 0 }", "30:7: warning: services.www.example.com.policy.siteWeights: every site of the service has 0: none is ever handed to", "nothing left")]
    [InlineData("turn: sticky", "turn: sticky\n      restrict: [ { clients: [region:lacnic, AQ], sites: [san-jose] } ]", "69:59: warning: services.api.example.com.policy.restrict[0].sites[0]: 'san-jose' has no VIP of this service", "restriction to a site elsewhere")]
    [InlineData("turn: sticky", "turn: sticky\n      restrict: [ { clients: [region:lacnic, AQ], sites: [san-jose] } ]", "69:19: warning: services.api.example.com.policy.restrict[0]: leaves clients in region lacnic no site, together with the other rules about them: they never get an address", "nothing left by one rule")]
    [InlineData("turn: sticky", "turn: sticky\n      restrict: [ { clients: [region:lacnic, AQ], sites: [paris] } ]", "69:46: warning: services.api.example.com.policy.restrict[0].clients[1]: no address of the geography tables is in country:AQ: the rule is about nobody", "rule about nobody")]
    [InlineData("turn: sticky", "turn: sticky\n      restrict: [ { clients: FR, sites: [paris] }, { clients: union:eu, sites: [tokyo] } ]", "69:52: warning: services.api.example.com.policy.restrict[1]: leaves clients in FR no site, together with the other rules about them: they never get an address", "nothing left by two")]
    [InlineData("siteWeights: { san-jose: 2, paris: 1 }", "siteWeights: { paris: 0 }\n      restrict: [ { clients: union:eu, sites: [paris] } ]", "34:19: warning: services.www.example.com.policy.restrict[0].sites: siteWeights has 0 for each of them: none is ever handed to", "restricted to what is weighed 0")]
    [InlineData("turn: rotate", "turn: rotate\n      orders: [ { clients: union:eu, order: [paris] } ]", "36:15: warning: services.www.example.com.policy.orders: has no effect without the metric 'static'", "idle orders")]
    [InlineData("turn: rotate", "turn: rotate\n      downBudget: { sites: 3 }", "36:19: warning: services.www.example.com.policy.downBudget: forbids nothing: the service has 3 sites, and all of them may be taken out", "budget of all")]
    [InlineData("turn: rotate", "turn: rotate\n      downBudget: { capacity: 10% }", "36:19: warning: services.www.example.com.policy.downBudget: is smaller than any site: no probe and no vote ever takes one out", "budget of less than one")]
    public void Doubtful_configuration_is_used_with_a_warning(string old, string @new, string warning, string _)
    {
        Assert.Contains(old, MemoryFiles.GoodText, StringComparison.Ordinal);
        var files = MemoryFiles.Good().With("pointsman.yaml", MemoryFiles.GoodText.Replace(old, @new, StringComparison.Ordinal));
        Assert.NotNull(files.Load().Configuration);
        Assert.Contains($"pointsman.yaml:{warning}", files.Warnings());
    }

    [Fact]
    public void Good_configuration_gives_none() => Assert.Empty(MemoryFiles.Good().Warnings());
}
