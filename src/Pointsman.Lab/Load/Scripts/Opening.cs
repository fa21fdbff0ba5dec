using System.Collections.Immutable;
using System.Net;
using Pointsman.Model;
using Pointsman.Topology;

namespace Pointsman.Lab.Load.Scripts;

/// <summary>
/// The statements that say what there is before anything happens:
/// <code>
/// site NAME country=DE [latitude= longitude=] max=1000 [target=800]        a site; with a configuration they come from there
/// region NAME country=DE [latitude= longitude=] users=25/s [peak=20:00] [resolvers=300]
/// resolvers [floor=30s floored=10%] [stretching=9%] [far=0%]                how they treat a TTL
/// session 1m      duration 30m      warm-up 6m      start 12:00      seed 1      name-servers 8
/// service NAME    ttl 1m    interval 1m    probe [interval=5s] [timeout=2s] [fall=3] [rise=2]
/// policy [metric=geography,response-time] [weights=6,4,2,1] [fewSites=capacity|weights] [turn=rotate|sticky]
/// </code>
/// </summary>
internal sealed class Opening(Cluster? configured, Places? tables, Mistakes mistakes)
{
    /// <summary>The mesh is at most a hundred sites [P5.8].</summary>
    private const int MostSites = 100;

    private static readonly string[] settings = ["session", "duration", "warm-up", "start", "seed", "name-servers"];
    private static readonly string[] ofTheConfiguration = ["site", "ttl", "interval", "probe", "policy"];
    private static readonly string[] known = ["site", "region", "resolvers", "service", "ttl", "interval", "probe", "policy", "at", "expect", .. settings];

    private readonly List<(Site Site, int Max, int? Target)> sites = [];
    private readonly List<Region> regions = [];
    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private ResolverHabits habits = new();
    private ServicePolicy policy = SampleWorlds.Geographic;
    private ProbeSettings probe = new();
    private TimeSpan ttl = TimeSpan.FromMinutes(1);
    private TimeSpan interval = TimeSpan.FromMinutes(1);
    private string serviceName = "www.example.test";
    private int service;
    private LoadScenario story = new() { Cluster = new Cluster { Name = "scenario", Sites = [], Services = [] }, Regions = [] };

    public void Read(Statement statement)
    {
        if (statement.Take("a statement") is not { } word) return;
        if (!known.Contains(word.Text))
        {
            statement.GiveUp(word, $"unknown statement '{word.Text}'", known);
            return;
        }
        if (configured is not null && ofTheConfiguration.Contains(word.Text))
        {
            statement.Fail(word, $"{word.Text}: comes from the configuration; a change of it is written 'at TIME {word.Text} …'");
            return;
        }
        // A second region or site is another one; a second of anything else would undo the first in silence.
        if (word.Text is not ("site" or "region") && !names.Add($"the statement {word.Text}")) statement.Fail(word, $"{word.Text} is given twice");
        switch (word.Text)
        {
            case "site": ReadSite(statement); break;
            case "region": ReadRegion(statement); break;
            case "resolvers": ReadResolvers(statement); break;
            case "service": ReadService(statement); break;
            case "probe": ReadProbe(statement); break;
            case "policy": policy = PolicyWords.Read(statement, policy); break;
            case "ttl": ttl = statement.TakeValue<TimeSpan>("ttl", Ttl, "0s to 255m") ?? ttl; break;
            case "interval": interval = statement.TakeValue<TimeSpan>("interval", Interval, "1s to 120m") ?? interval; break;
            default: ReadSetting(word.Text, statement); break;
        }
        statement.End();
    }

    /// <summary>Null when there is a mistake that leaves no story.</summary>
    public LoadScenario? Finish(Word last, int line)
    {
        if (configured is null && sites.Count == 0) mistakes.Add(line, last, "a scenario needs sites: 'site NAME country=DE max=1000', or a configuration that has them");
        if (regions.Count == 0) mistakes.Add(line, last, "a scenario needs users: 'region NAME country=DE users=25/s'");
        if ((configured is null && sites.Count == 0) || regions.Count == 0) return null;
        return story with { Cluster = configured ?? OwnCluster(), Service = service, SiteTables = tables, Regions = [.. regions], Resolvers = habits };
    }

    public static bool Ttl(string text, out TimeSpan span) => Values.Duration(text, out span) && span <= TimeSpan.FromMinutes(255);

    private static bool Interval(string text, out TimeSpan span) => Values.Duration(text, out span) && span >= TimeSpan.FromSeconds(1) && span <= TimeSpan.FromMinutes(120);

    private void ReadSite(Statement statement)
    {
        if (TakeName(statement, "site") is not { } name) return;
        var (country, latitude, longitude) = ReadPlace(statement);
        var max = statement.Option("max", 0, Values.Connections, Values.ConnectionsForm);
        var target = statement.Option<int?>("target", null, static (string text, out int? value) =>
        {
            var isOne = Values.Connections(text, out var number);
            value = number;
            return isOne;
        }, Values.ConnectionsForm);
        if (!statement.Names("max")) statement.Fail(statement.Whole, $"site {name}: max= is missing: the most connections it takes");
        else if (max > 0 && target > max) statement.Fail(statement.Whole, $"site {name}: target must be at most max ({max}), was {target}");
        if (sites.Count == MostSites) statement.Fail(statement.Whole, $"there are more than {MostSites} sites");
        if (sites.Count < MostSites)
            sites.Add((new Site { Id = new SiteId(sites.Count + 1), Name = name, Location = new Location(country, null, latitude, longitude) }, max, target));
    }

    private void ReadRegion(Statement statement)
    {
        if (TakeName(statement, "region") is not { } name) return;
        var (country, latitude, longitude) = ReadPlace(statement);
        var users = statement.Option("users", 0.0, Values.Users, Values.UsersForm);
        var peak = statement.Option<TimeSpan?>("peak", null, static (string text, out TimeSpan? value) =>
        {
            var isOne = Values.TimeOfDay(text, out var time);
            value = time;
            return isOne;
        }, Values.TimeOfDayForm);
        var resolvers = statement.Option("resolvers", 300, Values.Resolvers, "a whole number of 1 to 100000");
        if (!statement.Names("users")) statement.Fail(statement.Whole, $"region {name}: users= is missing: {Values.UsersForm}");
        if (regions.Count == Addresses.MostRegions) statement.Fail(statement.Whole, $"there are more than {Addresses.MostRegions} regions");
        if (regions.Count < Addresses.MostRegions) regions.Add(new Region(name, Places.PlaceOf(country, null, latitude, longitude), users, peak, resolvers));
    }

    private string? TakeName(Statement statement, string kind)
    {
        if (statement.Take($"the {kind}'s name") is not { } name) return null;
        if (!names.Add($"{kind} {name.Text}")) statement.Fail(name, $"there are two {kind}s '{name.Text}'");
        if (name.Text.Length <= 63 && name.Text.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-')) return name.Text;
        statement.GiveUp(name, $"a {kind}'s name is lower-case letters, digits and hyphens, at most 63, was '{name.Text}'");
        return null;
    }

    private static (string? Country, double? Latitude, double? Longitude) ReadPlace(Statement statement)
    {
        var country = statement.Option<string>("country", "", Values.Country, "the two capital letters of a country, such as DE");
        var latitude = statement.Option<double?>("latitude", null, Values.Latitude, "degrees of -90 to 90");
        var longitude = statement.Option<double?>("longitude", null, Values.Longitude, "degrees of -180 to 180");
        if (statement.Names("latitude") != statement.Names("longitude")) statement.Fail(statement.Whole, "latitude= and longitude= go together");
        if (!statement.Names("country") && !statement.Names("latitude") && !statement.Names("longitude")) statement.Fail(statement.Whole, "a place is missing: country=, or latitude= and longitude=");
        return (country.Length == 0 ? null : country, latitude, longitude);
    }

    private void ReadResolvers(Statement statement) => habits = new ResolverHabits
    {
        Floor = statement.Option("floor", habits.Floor, Values.Duration, Values.DurationForm),
        Floored = statement.Option("floored", habits.Floored, Values.Percent, Values.PercentForm),
        Stretching = statement.Option("stretching", habits.Stretching, Values.Percent, Values.PercentForm),
        Far = statement.Option("far", habits.Far, Values.Percent, Values.PercentForm),
    };

    private void ReadService(Statement statement)
    {
        if (statement.Take("the service's name") is not { } name) return;
        serviceName = name.Text;
        if (configured is null) return;
        service = configured.Services.IndexOf(configured.FindService(name.Text)!);
        if (service >= 0) return;
        statement.Fail(name, $"no service is named '{name.Text}'", [.. configured.Services.Select(one => one.Name)]);
        service = 0;
    }

    private void ReadProbe(Statement statement) => probe = probe with
    {
        Interval = statement.Option("interval", probe.Interval, Interval, "1s to 120m"),
        Timeout = statement.Option("timeout", probe.Timeout, static (string text, out TimeSpan span) => Values.DurationUpTo(text, TimeSpan.FromMinutes(1), out span), "above 0s, at most 1m"),
        Fall = statement.Option("fall", probe.Fall, Values.Counter, "a whole number of 1 to 100"),
        Rise = statement.Option("rise", probe.Rise, Values.Counter, "a whole number of 1 to 100"),
    };

    private void ReadSetting(string name, Statement statement) => story = name switch
    {
        "session" => story with { MeanSession = statement.TakeValue<TimeSpan>("session", static (string text, out TimeSpan span) => Values.DurationUpTo(text, TimeSpan.FromHours(1), out span), "above 0s, at most 1h") ?? story.MeanSession },
        "duration" => story with { Duration = statement.TakeValue<TimeSpan>("duration", Values.StoryLength, "above 0s, at most 24h") ?? story.Duration },
        "warm-up" => story with { WarmUp = statement.TakeValue<TimeSpan>("warm-up", Values.StoryLength, "above 0s, at most 24h") ?? story.WarmUp },
        "start" => story with { Start = statement.TakeValue<TimeSpan>("start", Values.TimeOfDay, Values.TimeOfDayForm) ?? story.Start },
        "seed" => story with { Seed = statement.TakeValue<int>("seed", Values.Seed, "a whole number of 0 to 1000000") ?? story.Seed },
        _ => story with { NameServers = statement.TakeValue<int>("name-servers", Values.NameServers, "a whole number of 1 to 100") ?? story.NameServers },
    };

    private Cluster OwnCluster()
    {
        var id = new ServiceId(1);
        // 192.0.2.0/24, which is for documentation, has more addresses than there may be sites.
        var vips = sites.OrderBy(site => site.Site.Name, StringComparer.Ordinal).Select(site => new Vip
        {
            Service = id,
            Site = site.Site.Id,
            Address = new Endpoint(new IPAddress([192, 0, 2, (byte)site.Site.Id.Value]), 80),
            MaxConnections = Math.Max(1, site.Max),
            TargetConnections = site.Target,
        });
        return new Cluster
        {
            Name = "scenario",
            Digest = "00",
            Sites = [.. sites.Select(site => site.Site).OrderBy(site => site.Name, StringComparer.Ordinal)],
            Services = [new Service { Id = id, Name = serviceName, Ttl = ttl, Probe = probe, Policy = policy, Vips = [.. vips] }],
            Dssp = new DsspSettings { Interval = interval },
        };
    }
}
