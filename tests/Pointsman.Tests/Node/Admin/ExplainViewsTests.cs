using System.Net;
using System.Text.Json.Nodes;
using Pointsman.Node.Admin;
using Pointsman.Node.Output;
using Pointsman.Policy.Plans;
using Pointsman.Tests.Policy;

namespace Pointsman.Tests.Node.Admin;

public sealed class ExplainViewsTests
{
    private static readonly string[] s_contract = ["service", "client", "clientPrefix", "region", "class", "scope", "ttlSeconds", "sites", "excluded", "candidates", "trace", "snapshot"];

    private static JsonNode Of(Plan plan, string type = "A", double? secondsLater = null, string remark = "", int? row = null)
    {
        var at = secondsLater is { } later ? plan.Snapshot.Time.AddSeconds(later) : (DateTimeOffset?)null;
        var question = new ExplainQuestion("www.example.com", plan.Services[0].Service, row, IPAddress.Parse("193.0.6.139"), type, null, at, remark);
        return JsonText.Of(ExplainViews.Of(plan, question))!;
    }

    private static string Trace(JsonNode view, string stage) => string.Join('|', view["trace"]!.AsArray().Where(line => (string)line!["stage"]! == stage).Select(line => (string)line!["text"]!));

    [Fact]
    public void Its_keys_are_a_contract()
    {
        var view = Of(World.FiveContinents().Plan("tokyo"));
        Assert.All(s_contract, key => Assert.True(view.AsObject().ContainsKey(key), key));
        Assert.Equal(["site", "vips", "weight", "share"], view["sites"]![0]!.AsObject().Select(pair => pair.Key));
        Assert.Equal(["site", "stage", "reason"], view["excluded"]![0]!.AsObject().Select(pair => pair.Key));
        Assert.Equal(["id", "time"], view["snapshot"]!.AsObject().Select(pair => pair.Key).Take(2));
        Assert.Equal(["geography", "response-time"], view["metrics"]!.AsArray().Select(metric => (string)metric!));
    }

    [Theory]
    [InlineData(null, "", "")]
    [InlineData(3.0, "", "")]
    [InlineData(27.0, "", "nothing is kept of the 27 s before the time asked for: nothing changed, or the node was stopped, or its disk was full")]
    [InlineData(3.0, "other tables", "other tables")]
    public void What_is_not_as_it_was_then_comes_first(double? later, string remark, string expected)
    {
        var view = Of(World.FiveContinents().Plan("tokyo"), secondsLater: later, remark: remark);
        Assert.Equal(expected, Trace(view, "history"));
        Assert.Equal(later, (double?)view["snapshot"]!["ageSeconds"]);
    }

    [Theory]
    [InlineData("A", "A 192.0.2.99")]
    [InlineData("AAAA", "no AAAA record: none of the sites chosen has such an address")]
    [InlineData("HTTPS", "HTTPS is not set for this service: an HTTPS record of the zone itself is answered, or none")]
    public void The_last_line_is_what_the_packet_holds(string type, string expected) =>
        Assert.Equal(expected, Trace(Of(World.FiveContinents().Plan("tokyo"), type), "answer"));
}
