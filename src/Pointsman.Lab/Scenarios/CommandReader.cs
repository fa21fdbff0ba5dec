using System.Globalization;
using Pointsman.Lab.Load.Scripts;
using Pointsman.Lab.Simulation;
using Pointsman.Model;

namespace Pointsman.Lab.Scenarios;

/// <summary>
/// The words of a story of faults:
/// <code>
/// cluster A B C [sites=32] [seed=1] [interval=1m|off] [probe=5s] [timeout=2s] [fall=3] [rise=2] [weights=4,2,1,0] [few=capacity|weights] [services=1] [vips=1]
/// times TESTER TESTED=MS …       how long a probe takes               run 30s             lets time pass
/// cut A B | cut A>B [probes|words]  heal [A B | A>B | all]             flap A B 5s         cut and healed in turn
/// kill A | revive A [forgetful]  the whole site                        stop A | restart A [forgetful|diskless]   its node alone
/// vip A up|full|down|draining…   what a site's own VIPs are            silent A | heard A  they answer no probe, and it does not know
/// slow A 300ms | load A 950      weather [loss=0.2] [duplication=0.1] [jitter=1s]
/// drain A | undrain A            an operator tells the site's own node
/// drift A 2%                     a clock that runs fast (or -2%)       clock A -1h         a wall clock that is stepped
/// version A 1                    its node is restarted and speaks that version of DSSP alone, or 1-2
/// storm [faults=25] [gap=15s]    a random schedule, from the cluster's seed
/// table, usable, answers, shows, seen A, word A, events, check         tell
/// </code>
/// </summary>
internal sealed class CommandReader(Mistakes mistakes)
{
    /// <summary>Nothing that anybody looks at takes longer in one go.</summary>
    private static readonly TimeSpan longestRun = TimeSpan.FromDays(10);

    private static readonly string[] known =
    [
        Scenario.FirstWord, "times", "run", "cut", "heal", "flap", "kill", "revive", "stop", "restart", "vip", "silent", "heard", "slow", "load", "drain", "undrain", "weather", "drift", "clock", "version", "storm",
        "table", "usable", "answers", "shows", "seen", "word", "events", "check",
    ];

    private readonly Mistakes mistakes = mistakes;
    private readonly Dictionary<string, SiteId> sites = new(StringComparer.Ordinal);
    private readonly Work work = new();
    private LabSettings? settings;

    /// <summary>In the middle of a story.</summary>
    private CommandReader(Mistakes mistakes, LabSettings settings, Dictionary<string, SiteId> sites)
        : this(mistakes) => (this.settings, this.sites) = (settings, sites);

    /// <summary>Null when there was a mistake.</summary>
    public Command? Read(Statement statement)
    {
        if (statement.Take("a command") is not { } word) return null;
        if (!known.Contains(word.Text))
        {
            statement.GiveUp(word, $"unknown command '{word.Text}'", known);
            return null;
        }
        if (word.Text == Scenario.FirstWord) return ReadCluster(statement);
        if (settings is null)
        {
            statement.GiveUp(word, "the first command must be 'cluster'");
            return null;
        }
        return word.Text switch
        {
            "times" => ReadTimes(statement),
            "run" => ReadRun(statement),
            "cut" => ReadCut(statement),
            "heal" => ReadHeal(statement),
            "flap" => ReadFlap(statement),
            "kill" => OfSite(statement, (lab, site) => lab.Kill(site)),
            "stop" => OfSite(statement, (lab, site) => lab.Stop(site)),
            "revive" => ReadStart(statement, (lab, site, disk, clock) => lab.Revive(site, disk, clock)),
            "restart" => ReadStart(statement, (lab, site, disk, clock) => lab.Restart(site, disk, clock)),
            "vip" => ReadVip(statement),
            "silent" => OfSite(statement, (lab, site) => lab.World.SetSilent(site, true)),
            "heard" => OfSite(statement, (lab, site) => lab.World.SetSilent(site, false)),
            "slow" => ReadSlow(statement),
            "load" => ReadLoad(statement),
            "drain" => OfSite(statement, (lab, site) => lab.Order(site, OverrideKind.Drain)),
            "undrain" => OfSite(statement, (lab, site) => lab.Order(site, OverrideKind.Clear)),
            "weather" => ReadWeather(statement),
            "drift" => ReadDrift(statement),
            "clock" => ReadClock(statement),
            "version" => ReadVersion(statement),
            "storm" => ReadStorm(statement),
            "table" => (story, output) => Tales.PerNode(story.Lab, output, Tales.Table),
            "usable" => (story, output) => Tales.PerNode(story.Lab, output, Tales.Usable),
            "answers" => (story, output) => Tales.PerNode(story.Lab, output, node => Tales.Answers(story.Lab, node)),
            "shows" => (story, output) => Tales.PerNode(story.Lab, output, node => Tales.Shows(story.Lab, node)),
            "seen" => ReadSeen(statement),
            "word" => TakeSite(statement) is { } site ? (story, output) => Tales.PerNode(story.Lab, output, node => Tales.Word(node, site)) : null,
            "events" => Tales.Events,
            _ => Tales.Check,
        };
    }

    /// <summary>Says so when all of it would take too long.</summary>
    public void Finish()
    {
        if (work.TooMuch is { } words) mistakes.Add(0, new Word("", 1), words);
    }

    private Command? ReadCluster(Statement statement)
    {
        var read = ClusterWords.Read(statement);
        if (read is null) return null;
        settings = read;
        sites.Clear();
        for (var index = 0; index < read.Sites.Length; index++) sites[read.Sites[index]] = new SiteId(index + 1);
        work.Cluster(read);
        return (story, _) => story.Begin(read);
    }

    private Command? ReadRun(Statement statement)
    {
        if (statement.TakeValue<TimeSpan>("how long", Run, "a duration such as 500ms, 30s, 1m30s, at most 240h") is not { } span) return null;
        work.Run(span);
        return (story, _) => story.Lab.Run(span);
    }

    private static bool Run(string text, out TimeSpan span) => Values.DurationUpTo(text, longestRun, out span);

    private Command? ReadTimes(Statement statement)
    {
        if (TakeSite(statement) is not { } tester) return null;
        var times = new List<(SiteId Tested, long Micros)>();
        foreach (var (name, site) in sites)
        {
            var milliseconds = statement.Option(name, 0, static (string text, out int value) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value is > 0 and <= 60_000, "milliseconds, 1 to 60000");
            if (milliseconds > 0) times.Add((site, milliseconds * 1000L));
        }
        return (story, _) =>
        {
            foreach (var (tested, micros) in times) story.Lab.World.SetTime(tester, tested, micros);
        };
    }

    private Command? ReadCut(Statement statement)
    {
        if (TakeWays(statement) is not { } ways) return null;
        var what = statement.TryTake("probes") ? Traffic.Probes : statement.TryTake("words") ? Traffic.Words : Traffic.All;
        return (story, _) =>
        {
            foreach (var (from, to) in ways) story.Lab.World.Cut(from, to, what);
        };
    }

    private Command? ReadHeal(Statement statement)
    {
        if (statement.Ahead.Length == 0) return (story, _) => story.Lab.HealWays();
        if (statement.TryTake("all")) return (story, _) => story.Lab.HealAll();
        return TakeWays(statement) switch
        {
            null => null,
            [var (from, to)] => (story, _) => story.Lab.World.Heal(from, to),
            { } ways => (story, _) => story.Lab.Heal(ways[0].From, ways[0].To),
        };
    }

    private Command? ReadFlap(Statement statement)
    {
        if (TakeSite(statement) is not { } one || TakeSite(statement) is not { } other) return null;
        if (statement.TakeValue<TimeSpan>("how long each", static (string text, out TimeSpan span) => Values.DurationUpTo(text, TimeSpan.FromHours(1), out span) && span >= TimeSpan.FromMilliseconds(100), "100ms to 1h") is not { } half) return null;
        return (story, _) => story.Lab.Flap(one, other, half);
    }

    private Command? OfSite(Statement statement, Action<LabCluster, SiteId> change) =>
        TakeSite(statement) is { } site ? (story, _) => change(story.Lab, site) : null;

    private Command? ReadStart(Statement statement, Action<LabCluster, SiteId, bool, bool> start)
    {
        if (TakeSite(statement) is not { } site) return null;
        var (disk, clock) = statement.TryTake("forgetful") ? (true, true) : (statement.TryTake("diskless"), false);
        return (story, _) => start(story.Lab, site, disk, clock);
    }

    private Command? ReadVip(Statement statement)
    {
        if (TakeSite(statement) is not { } site) return null;
        var names = Enum.GetNames<VipCondition>().Select(name => name.ToLowerInvariant()).ToArray();
        if (statement.TakeOneOf("what it is", names) is not { } name) return null;
        var condition = Enum.Parse<VipCondition>(name, ignoreCase: true);
        var (services, vips) = (settings!.Services, settings.Vips);
        var service = Number(statement, "service", services);
        var vip = Number(statement, "vip", vips);
        if (service == 0 && vip == 0) return (story, _) => story.Lab.SetCondition(site, condition);
        return (story, _) =>
        {
            var index = 0;
            foreach (var one in story.Lab.Cluster.Services[Math.Max(1, service) - 1].Vips.Where(one => one.Site == site))
            {
                if (vip == 0 || ++index == vip) story.Lab.SetCondition(one.Key, condition);
            }
        };
    }

    private static int Number(Statement statement, string key, int most) => statement.Option(key, 0, (string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= 1 && number <= most, string.Create(CultureInfo.InvariantCulture, $"1 to {most}"));

    private Command? ReadSlow(Statement statement)
    {
        if (TakeSite(statement) is not { } site) return null;
        if (statement.TakeValue<TimeSpan>("how much slower", static (string text, out TimeSpan span) => Values.Duration(text, out span) && span <= TimeSpan.FromMinutes(1), "0s to 1m") is not { } more) return null;
        return (story, _) => story.Lab.World.SetSlow(site, more);
    }

    private Command? ReadLoad(Statement statement)
    {
        if (TakeSite(statement) is not { } site) return null;
        if (statement.TakeValue<int>("connections", static (string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= 100_000, "a whole number of 0 to 100000") is not { } connections) return null;
        return (story, _) => story.Lab.SetLoad(site, connections);
    }

    private static Command ReadWeather(Statement statement)
    {
        var loss = statement.Option("loss", 0.0, Part, "0 to 1");
        var duplication = statement.Option("duplication", 0.0, Part, "0 to 1");
        var jitter = statement.Option("jitter", TimeSpan.Zero, static (string text, out TimeSpan span) => Values.Duration(text, out span) && span <= TimeSpan.FromMinutes(10), "0s to 10m");
        return (story, _) => story.Lab.SetWeather(loss, duplication, jitter);
    }

    private static bool Part(string text, out double part) => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out part) && part is >= 0 and <= 1;

    private Command? ReadDrift(Statement statement)
    {
        if (TakeSite(statement) is not { } site) return null;
        if (statement.TakeValue<double>("drift", static (string text, out double part) =>
        {
            var isNegative = text.StartsWith('-');
            var isOne = Values.Percent(isNegative ? text[1..] : text, out part) && part <= Simulation.Promises.Bounds.MostDrift;
            if (isNegative) part = -part;
            return isOne;
        }, "-5% to 5%") is not { } drift) return null;
        return (story, _) => story.Lab.SetDrift(site, 1 + drift);
    }

    private Command? ReadClock(Statement statement)
    {
        if (TakeSite(statement) is not { } site) return null;
        if (statement.TakeValue<TimeSpan>("step", static (string text, out TimeSpan span) =>
        {
            var isBack = text.StartsWith('-');
            var isOne = Values.Duration(text.TrimStart('-', '+'), out span);
            if (isBack) span = -span;
            return isOne;
        }, "a duration, forward or back: 1h or -1h") is not { } step) return null;
        return (story, _) => story.Lab.StepClock(site, step);
    }

    private Command? ReadVersion(Statement statement)
    {
        if (TakeSite(statement) is not { } site) return null;
        if (statement.TakeValue<DsspVersions>("versions", static (string text, out DsspVersions versions) =>
        {
            var parts = text.Split('-');
            versions = DsspVersions.All;
            if (parts.Length > 2 || !Version(parts[0], out var lowest) || !Version(parts[^1], out var highest) || lowest > highest) return false;
            versions = new DsspVersions(lowest, highest);
            return true;
        }, string.Create(CultureInfo.InvariantCulture, $"a version, {DsspVersions.First} to {DsspVersions.Newest}, or two with a hyphen: 1-2")) is not { } versions) return null;
        return (story, _) => story.Lab.Exchange(site, versions);

        static bool Version(string text, out int version) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out version) && version is >= DsspVersions.First and <= DsspVersions.Newest;
    }

    private Command ReadStorm(Statement statement)
    {
        var faults = statement.Option("faults", 25, static (string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number is >= 1 and <= 1000, "1 to 1000");
        var gap = statement.Option("gap", TimeSpan.FromSeconds(15), static (string text, out TimeSpan span) => Values.DurationUpTo(text, TimeSpan.FromHours(1), out span), "above 0s, at most 1h");
        var settled = new Simulation.Promises.Bounds(settings!).Recovery;
        work.Run((gap * faults) + (settled * 2));
        var names = settings!.Sites;
        var cluster = new Dictionary<string, SiteId>(sites, StringComparer.Ordinal);
        var there = settings;
        return (story, output) =>
        {
            var random = new Random(story.Lab.Settings.Seed);
            var step = story.Step;
            var reader = new CommandReader(new Mistakes(), there, cluster);
            for (var fault = 0; fault < faults; fault++)
            {
                foreach (var line in Draw.From(random, names.Length, gap).Lines(names))
                {
                    story.Step = $"{step}: {line}";
                    reader.Read(Statement.Read(1, line, reader.mistakes))!(story, output);
                }
            }
            story.Step = step;
        };
    }

    private Command? ReadSeen(Statement statement) => TakeSite(statement) is { } site
        ? (story, output) => Tales.PerNode(story.Lab, output, node => node.Site.Id == site ? null : $"{node.Sees(site)}")
        : null;

    private SiteId? TakeSite(Statement statement)
    {
        if (statement.Take("a site") is not { } word) return null;
        if (sites.TryGetValue(word.Text, out var site)) return site;
        statement.GiveUp(word, $"there is no site '{word.Text}'", [.. sites.Keys]);
        return null;
    }

    /// <summary><c>A B</c>: both ways; <c>A>B</c>: one.</summary>
    private (SiteId From, SiteId To)[]? TakeWays(Statement statement)
    {
        if (!statement.Ahead.Contains('>', StringComparison.Ordinal))
        {
            if (TakeSite(statement) is not { } one || TakeSite(statement) is not { } other) return null;
            return [(one, other), (other, one)];
        }
        var word = statement.Take("a way")!.Value;
        var ends = word.Text.Split('>');
        foreach (var end in ends)
        {
            if (sites.ContainsKey(end)) continue;
            statement.GiveUp(word, $"there is no site '{end}'", [.. sites.Keys]);
            return null;
        }
        if (ends.Length == 2) return [(sites[ends[0]], sites[ends[1]])];
        statement.GiveUp(word, "a way is written A>B");
        return null;
    }
}
