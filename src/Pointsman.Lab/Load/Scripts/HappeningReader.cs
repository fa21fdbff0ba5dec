using System.Collections.Immutable;
using Pointsman.Model;

namespace Pointsman.Lab.Load.Scripts;

/// <summary>
/// What happens:
/// <code>
/// at 10m site NAME down | up               the whole site goes dark; is lit again
/// at 10m site NAME fails | drains | recovers     its real servers; by an operator's word; well again
/// at 10m site NAME slow 300ms | fast       answers take so much longer
/// at 10m site NAME flaps 20s until 15m     down and up in turn, so long each
/// at 10m site NAME max=500 [target=400]    its VIPs' limits
/// at 10m region NAME users=50/s [over=2m]  or users=x3: as many, three times as many
/// at 10m cut A>B | heal A>B                one direction between two sites
/// at 10m policy …    at 10m ttl 30s        a new configuration
/// </code>
/// </summary>
internal sealed class HappeningReader(LoadScenario scenario)
{
    /// <summary>A site that flaps for long has this many turns at the most: each is a happening of its own.</summary>
    private const int MostTurns = 1000;

    private readonly List<Happening> happenings = [];

    public ImmutableArray<Happening> InOrder() => [.. happenings.OrderBy(happening => happening.At)];

    public void Read(Statement statement)
    {
        statement.TryTake("at");
        var at = statement.TakeValue<TimeSpan>("the time", Values.Duration, Values.DurationForm);
        var subject = statement.TakeOneOf("what happens", "site", "region", "cut", "heal", "policy", "ttl");
        if (at is not { } when || subject is null) return;
        if (when >= scenario.Duration) statement.Fail(statement.Whole, $"happens after the end: the duration is {Stability.Words(scenario.Duration)}");
        switch (subject)
        {
            case "site": ReadSite(statement, when); break;
            case "region": ReadRegion(statement, when); break;
            case "policy": ReadPolicy(statement, when); break;
            case "ttl": ReadTtl(statement, when); break;
            default: ReadWay(statement, when, subject == "cut"); break;
        }
        statement.End();
    }

    private void ReadSite(Statement statement, TimeSpan at)
    {
        if (TakeSite(statement) is not { } site) return;
        if (statement.Ahead.Length == 0)
        {
            ReadLimits(statement, at, site);
            return;
        }
        switch (statement.TakeOneOf("what happens to it", "down", "up", "fails", "drains", "recovers", "slow", "fast", "flaps"))
        {
            case "down": Add(at, $"{site} down", new SiteDark(site.Id, true)); break;
            case "up": Add(at, $"{site} up", new SiteDark(site.Id, false)); break;
            case "fails": Add(at, $"{site} fails", new SiteCondition(site.Id, VipCondition.Down)); break;
            case "drains": Add(at, $"{site} drains", new SiteCondition(site.Id, VipCondition.Draining)); break;
            case "recovers": Add(at, $"{site} recovers", new SiteCondition(site.Id, VipCondition.Up)); break;
            case "slow" when statement.TakeValue<TimeSpan>("by how much", Values.Duration, Values.DurationForm) is { } extra: Add(at, $"{site} slow", new SiteSlow(site.Id, extra)); break;
            case "fast": Add(at, $"{site} fast again", new SiteSlow(site.Id, TimeSpan.Zero)); break;
            case "flaps": ReadFlaps(statement, at, site); break;
            default: break;
        }
    }

    private void ReadFlaps(Statement statement, TimeSpan at, Site site)
    {
        if (statement.TakeValue<TimeSpan>("how long each", Values.StoryLength, "above 0s, at most 24h") is not { } each) return;
        if (statement.TakeOneOf("until when", "until") is null || statement.TakeValue<TimeSpan>("until when", Values.Duration, Values.DurationForm) is not { } until) return;
        if (until <= at || (until - at) / each > MostTurns)
        {
            statement.Fail(statement.Whole, $"site {site} must flap at least once and at most {MostTurns} times until {Stability.Words(until)}");
            return;
        }
        var isDark = false;
        for (var time = at; time < until; time += each) Add(time, (isDark = !isDark) ? $"{site} down" : $"{site} up", new SiteDark(site.Id, isDark));
        if (isDark) Add(until, $"{site} up", new SiteDark(site.Id, false));
    }

    private void ReadLimits(Statement statement, TimeSpan at, Site site)
    {
        var max = statement.Option("max", 0, Values.Connections, Values.ConnectionsForm);
        var target = statement.Option("target", 0, Values.Connections, Values.ConnectionsForm);
        if (max == 0 && target == 0) statement.Fail(statement.Whole, $"site {site}: what happens to it is missing: down, up, fails, drains, recovers, slow, fast, flaps, or max= and target=");
        else if (max > 0 && target > max) statement.Fail(statement.Whole, $"site {site}: target must be at most max ({max}), was {target}");
        var words = string.Join(' ', new[] { max > 0 ? $"max {max}" : "", target > 0 ? $"target {target}" : "" }.Where(word => word.Length > 0));
        Add(at, $"{site} {words}", new ConfigurationTo(cluster => WithService(cluster, service => service with
        {
            Vips = [.. service.Vips.Select(vip => vip.Site != site.Id ? vip : vip with
            {
                MaxConnections = max > 0 ? max : vip.MaxConnections,
                TargetConnections = target > 0 ? target : max > 0 ? null : vip.TargetConnections,
            })],
        })));
    }

    private void ReadRegion(Statement statement, TimeSpan at)
    {
        if (statement.Take("the region's name") is not { } name) return;
        var region = scenario.Regions.IndexOf(scenario.Regions.FirstOrDefault(one => one.Name == name.Text)!);
        if (region < 0)
        {
            statement.GiveUp(name, $"no region is named '{name.Text}'", [.. scenario.Regions.Select(one => one.Name)]);
            return;
        }
        var over = statement.Option("over", TimeSpan.Zero, Values.Duration, Values.DurationForm);
        if (statement.Option("users") is not { } users)
        {
            statement.Fail(statement.Whole, $"region {name.Text}: users= is missing: {Values.UsersForm}, or x3 for three times as many as at the beginning");
            return;
        }
        var isFactor = Values.Factor(users.Text, out var factor);
        var wanted = isFactor ? scenario.Regions[region].UsersPerSecond * factor : 0;
        if (isFactor ? wanted > Values.MostUsers : !Values.Users(users.Text, out wanted)) statement.Fail(users, $"users: must be {Values.UsersForm}, or x3 for three times as many as at the beginning, was '{users.Text}'");
        Add(at, $"{name.Text} users {users.Text}", new DemandTo(region, wanted, over));
    }

    private void ReadWay(Statement statement, TimeSpan at, bool isCut)
    {
        if (statement.Take("the two sites, as FROM>TO") is not { } way) return;
        var arrow = way.Text.IndexOf('>', StringComparison.Ordinal);
        if (arrow <= 0)
        {
            statement.Fail(way, $"must be two sites as FROM>TO, was '{way.Text}'");
            return;
        }
        if (Find(statement, new Word(way.Text[..arrow], way.Column)) is not { } from || Find(statement, way.From(arrow + 1)) is not { } to) return;
        Add(at, $"{from} to {to} {(isCut ? "cut" : "healed")}", new WayCut(from.Id, to.Id, isCut));
    }

    private void ReadPolicy(Statement statement, TimeSpan at)
    {
        var policy = PolicyWords.Read(statement, scenario.TheService.Policy);
        Add(at, "another policy", new ConfigurationTo(cluster => WithService(cluster, service => service with { Policy = policy })));
    }

    private void ReadTtl(Statement statement, TimeSpan at)
    {
        if (statement.TakeValue<TimeSpan>("ttl", Opening.Ttl, "0s to 255m") is { } ttl)
            Add(at, $"ttl {Stability.Words(ttl)}", new ConfigurationTo(cluster => WithService(cluster, service => service with { Ttl = ttl })));
    }

    private Cluster WithService(Cluster cluster, Func<Service, Service> change) =>
        cluster with { Services = cluster.Services.SetItem(scenario.Service, change(cluster.Services[scenario.Service])) };

    private Site? TakeSite(Statement statement) => statement.Take("the site's name") is { } name ? Find(statement, name) : null;

    private Site? Find(Statement statement, Word name) => SiteNames.Find(scenario, statement, name);

    private void Add(TimeSpan at, string words, IChange change) => happenings.Add(new Happening(at, words, change));
}

/// <summary>The sites that a scenario may name: those that offer its service.</summary>
internal static class SiteNames
{
    public static Site? Find(LoadScenario scenario, Statement statement, Word name)
    {
        var offering = scenario.Cluster.Sites.Where(site => scenario.TheService.Vips.Any(vip => vip.Site == site.Id)).ToArray();
        var site = offering.FirstOrDefault(site => site.Name == name.Text);
        if (site is null) statement.GiveUp(name, $"no site of {scenario.TheService.Name} is named '{name.Text}'", [.. offering.Select(one => one.Name)]);
        return site;
    }
}
