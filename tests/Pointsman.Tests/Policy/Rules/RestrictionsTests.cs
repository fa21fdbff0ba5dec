using Pointsman.Model;
using Pointsman.Policy.Rules;
using Pointsman.Topology;

namespace Pointsman.Tests.Policy.Rules;

public sealed class RestrictionsTests
{
    private static readonly SiteId s_paris = new(1);
    private static readonly SiteId s_berlin = new(2);
    private static readonly SiteId s_tokyo = new(3);

    [Theory]
    [InlineData(ClientSelectorKind.Country, "DE", "DE", true, "the country itself")]
    [InlineData(ClientSelectorKind.Country, "DE", "AT", false, "another country")]
    [InlineData(ClientSelectorKind.Continent, "EU", "CH", true, "of Europe, not of the union")]
    [InlineData(ClientSelectorKind.Union, "eu", "CH", false, "Switzerland is no member")]
    [InlineData(ClientSelectorKind.Union, "eu", "GR", true, "Greece, whose code is not EL here")]
    [InlineData(ClientSelectorKind.Union, "eu", "GB", false, "the United Kingdom has left")]
    [InlineData(ClientSelectorKind.Region, "ripe", "AE", true, "the registry of Europe is that of the Emirates too")]
    [InlineData(ClientSelectorKind.Region, "apnic", "DE", false, "another region")]
    [InlineData(ClientSelectorKind.Unknown, "", "DE", false, "known")]
    [InlineData(ClientSelectorKind.Unknown, "", null, true, "unknown")]
    [InlineData(ClientSelectorKind.Country, "DE", null, false, "nobody knows")]
    [InlineData(ClientSelectorKind.Union, "eu", null, false, "nobody knows")]
    public void Selector_means_these_clients(ClientSelectorKind kind, string code, string? country, bool expected, string _) =>
        Assert.Equal(expected, ClientSelectors.Matches(new ClientSelector(kind, code), country is null ? Place.Unknown : Places.PlaceOf(country, null, null, null)));

    [Fact]
    public void The_union_has_27_members_and_each_is_a_country_of_its_region()
    {
        var members = Enumerable.Range('A', 26).SelectMany(first => Enumerable.Range('A', 26).Select(second => $"{(char)first}{(char)second}"))
            .Where(code => Unions.Has("eu", code)).ToList();
        Assert.Equal(27, members.Count);
        Assert.All(members, code => Assert.Equal("ripe", Places.PlaceOf(code, null, null, null).Region));
    }

    [Fact]
    public void A_place_of_which_only_the_region_is_known_is_in_no_country_and_not_unknown()
    {
        var place = Places.PlaceOf(null, "ripe", null, null);
        Assert.True(ClientSelectors.Matches(new ClientSelector(ClientSelectorKind.Region, "ripe"), place));
        Assert.False(ClientSelectors.Matches(new ClientSelector(ClientSelectorKind.Union, "eu"), place));
        Assert.False(ClientSelectors.Matches(ClientSelector.Unknown, place));
    }

    [Fact]
    public void Every_rule_that_names_a_client_holds_and_the_others_do_not()
    {
        var policy = new ServicePolicy
        {
            Restrictions =
            [
                new ClientRestriction([new ClientSelector(ClientSelectorKind.Union, "eu")], [s_paris, s_berlin]),
                new ClientRestriction([new ClientSelector(ClientSelectorKind.Country, "DE")], [s_berlin, s_tokyo]),
            ],
        };
        Assert.Equal([s_berlin], Allowed(policy, "DE"));
        Assert.Equal([s_paris, s_berlin], Allowed(policy, "FR"));
        Assert.Equal([s_paris, s_berlin, s_tokyo], Allowed(policy, "CH"));
    }

    [Fact]
    public void A_rule_that_says_anywhere_forbids_nothing_and_still_goes_first()
    {
        var policy = new ServicePolicy { Restrictions = [new ClientRestriction([new ClientSelector(ClientSelectorKind.Country, "DE")], [s_berlin], OrElse.Anywhere)] };
        var german = Places.PlaceOf("DE", null, null, null);
        Assert.Equal([s_paris, s_berlin, s_tokyo], Allowed(policy, "DE"));
        Assert.True(Restrictions.Prefers(policy, german, s_berlin));
        Assert.False(Restrictions.Prefers(policy, german, s_tokyo));
    }

    [Theory]
    [InlineData(ClientSelectorKind.Country, "DE", "country:DE")]
    [InlineData(ClientSelectorKind.Continent, "EU", "continent:EU")]
    [InlineData(ClientSelectorKind.Union, "eu", "union:eu")]
    [InlineData(ClientSelectorKind.Unknown, "", "unknown")]
    public void A_selector_reads_as_it_is_written(ClientSelectorKind kind, string code, string text) => Assert.Equal(text, new ClientSelector(kind, code).ToString());

    private static SiteId[] Allowed(ServicePolicy policy, string country) =>
        [.. new[] { s_paris, s_berlin, s_tokyo }.Where(site => Restrictions.Allows(policy, Places.PlaceOf(country, null, null, null), site))];
}
