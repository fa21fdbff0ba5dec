using System.Runtime.CompilerServices;
using Pointsman.Lab.Load.Scripts;

namespace Pointsman.Tests.Lab.Load;

public sealed class ScriptTests
{
    private const string World = """
        site a country=DE max=1000
        site b country=US max=1000
        region europe country=DE users=10/s
        duration 20m

        """;

    [Theory]
    [InlineData("siet c", "1: unknown statement 'siet' (site …)", "a slip in a statement")]
    [InlineData("site c country=DEU max=9", "16: country: must be the two capital letters of a country, such as DE, was 'DEU'", "no country")]
    [InlineData("site c country=DE", "1: site c: max= is missing: the most connections it takes", "no maximum")]
    [InlineData("site c country=DE max=0", "23: max: must be a whole number of 1 to 10000000, was '0'", "a maximum of none")]
    [InlineData("site c country=DE max=9 target=10", "1: site c: target must be at most max (9), was 10", "a target above the maximum")]
    [InlineData("site c max=9", "1: a place is missing: country=, or latitude= and longitude=", "nowhere")]
    [InlineData("site c latitude=91 longitude=0 max=9", "17: latitude: must be degrees of -90 to 90, was '91'", "beyond the pole")]
    [InlineData("site c latitude=9 max=9", "1: latitude= and longitude= go together", "half a point")]
    [InlineData("site a country=DE max=9", "6: there are two sites 'a'", "a name twice")]
    [InlineData("site C country=DE max=9", "6: a site's name is lower-case letters, digits and hyphens, at most 63, was 'C'", "no name")]
    [InlineData("site c country=DE max=9 colour=red", "25: colour: unknown option; there are country, latitude, longitude, max, target (country …)", "an option that is none")]
    [InlineData("site c country=DE max=9 max=8", "25: max is given twice", "an option twice")]
    [InlineData("region r country=DE users=0", "27: users: must be users a second, above 0 and at most 100000, such as 25 or 25/s, was '0'", "nobody")]
    [InlineData("duration 5m", "1: duration is given twice", "a statement twice")]
    [InlineData("ttl 256m", "5: ttl: must be 0s to 255m, was '256m'", "a TTL above the longest")]
    [InlineData("ttl 60", "5: ttl: must be 0s to 255m, was '60'", "no unit")]
    [InlineData("resolvers stretching=101%", "22: stretching: must be a percentage such as 9%, was '101%'", "more than all")]
    [InlineData("policy metric=geografy", "15: metric: must be some of geography, distance, cost, static, response-time, capacity, throughput, with commas between, was 'geografy'", "no metric")]
    [InlineData("at 25m site a down", "1: happens after the end: the duration is 20m", "too late")]
    [InlineData("at 5m site c down", "12: no site of www.example.test is named 'c' (a …)", "an unknown site")]
    [InlineData("at 5m site a dwon", "14: what happens to it: must be down, up, fails, drains, recovers, slow, fast or flaps, was 'dwon' (down …)", "a slip in what happens")]
    [InlineData("at 5m site a", "1: site a: what happens to it is missing: down, up, fails, drains, recovers, slow, fast, flaps, or max= and target=", "nothing happens")]
    [InlineData("at 5m site a down again", "19: nothing more was expected, was 'again'", "a word too many")]
    [InlineData("at 5m site a flaps 1s until 5m", "1: site a must flap at least once and at most 1000 times until 5m", "no time to flap")]
    [InlineData("at 5m region asia users=x2", "14: no region is named 'asia' (europe …)", "an unknown region")]
    [InlineData("at 5m region europe users=x2000", "27: users: must be users a second, above 0 and at most 100000, such as 25 or 25/s, or x3 for three times as many as at the beginning, was 'x2000'", "too many times")]
    [InlineData("at 5m cut a-b", "11: must be two sites as FROM>TO, was 'a-b'", "no direction")]
    [InlineData("expect lost", "12: how much (below) is missing", "nothing to compare with")]
    [InlineData("expect share a above 9", "22: how much: must be a percentage such as 9%, was '9'", "no percentage")]
    public void A_mistake_is_named_with_its_place(string line, string wrong, string _)
    {
        var (script, mistakes) = Script.Read(World + line);
        Assert.Null(script);
        var mistake = Assert.Single(mistakes);
        Assert.Equal(5, mistake.Line);
        Assert.Equal(wrong, $"{mistake.Column}: {mistake.Message}{(mistake.Known.Length > 0 ? $" ({mistake.Known[0]} …)" : "")}");
    }

    [Fact]
    public void All_mistakes_are_named_at_once_and_an_empty_file_says_what_it_needs()
    {
        Assert.Equal([1, 2, 3], Script.Read("siet\nsite a\nttl x\nregion r country=DE users=1\nsite b country=DE max=1").Mistakes.Select(mistake => mistake.Line).Distinct());
        Assert.Equal(2, Script.Read("# nothing\n").Mistakes.Length);
    }

    [Fact]
    public void What_is_written_is_what_is_simulated()
    {
        var (script, mistakes) = Script.Read(World + """
            resolvers floor=2m floored=20% stretching=0% far=5%
            session 90s
            seed 7
            interval 30s
            ttl 2m
            probe interval=2s timeout=1s fall=2 rise=1
            policy metric=distance weights=3,1 fewSites=weights turn=sticky
            at 5m site a max=500 target=300
            at 6m site b flaps 20s until 7m
            at 8m cut a>b
            expect share a above 20% at 15m
            """);
        Assert.Empty(mistakes);
        var scenario = script!.Scenario;
        Assert.Equal((0.2, 0.05, TimeSpan.FromSeconds(90), 7), (scenario.Resolvers.Floored, scenario.Resolvers.Far, scenario.MeanSession, scenario.Seed));
        Assert.Equal((TimeSpan.FromMinutes(2), 2, TimeSpan.FromSeconds(30)), (scenario.TheService.Ttl, scenario.TheService.Probe.Fall, scenario.Cluster.Dssp.Interval));
        Assert.Equal("a max 500 target 300|b down|b up|b down|b up|a to b cut", string.Join('|', scenario.Happenings.Select(happening => happening.Words)));
        Assert.Equal("share a above 20% at 15m", Assert.Single(script.Expectations).Text);
    }

    public static TheoryData<string> Examples => [.. Directory.GetFiles(Folder(), "*.scenario").Select(Path.GetFileName).OfType<string>().Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Examples))]
    public void Every_example_can_be_read_and_expects_something(string file)
    {
        var cluster = file == "frankfurt-dies-at-peak.scenario" ? Pointsman.Lab.Load.SampleWorlds.Six().Cluster : null;
        var (script, mistakes) = Script.Read(File.ReadAllText(Path.Combine(Folder(), file)), cluster);
        Assert.Empty(mistakes);
        Assert.NotEmpty(script!.Expectations);
    }

    internal static string Folder([CallerFilePath] string path = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "../../../../docs/examples/scenarios"));
}
