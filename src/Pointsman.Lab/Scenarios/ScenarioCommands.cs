using System.Globalization;
using System.Text;
using Pointsman.Lab.Simulation;
using Pointsman.Model;
using Pointsman.Policy.Tables;

namespace Pointsman.Lab.Scenarios;

/// <summary>
/// The words of a scenario:
/// <code>
/// cluster A B C [seed=1] [interval=1m|off] [probe=5s] [timeout=2s] [fall=3] [rise=2] [weights=4,2,1,0] [few=capacity|weights]
/// times TESTER TESTED=MS …       how long a probe takes               run 30s            lets time pass
/// cut A B | cut A>B | heal [A B] ways between sites, both or one      kill A | revive A [forgetful]
/// vip A up|full|down|draining…   what a site's own VIP is             weather loss=0.2 duplication=0.1 jitter=1s
/// table   every node's hand-off table      usable  whom each node would hand to: weight, and not down for itself
/// seen A  what each node's own probes say  word A  what each node holds of A's word
/// events  EVENTs published since the last asking                       check   what is against the rules
/// </code>
/// </summary>
internal sealed class ScenarioCommands
{
    private readonly Dictionary<SiteId, int> eventsTold = [];
    private LabCluster? lab;

    private LabCluster Lab => lab ?? throw new FormatException("the first command must be 'cluster'");

    public void Do(string[] words, StringBuilder output)
    {
        var options = words.Skip(1).Where(word => word.Contains('=', StringComparison.Ordinal)).Select(word => word.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        var names = words.Skip(1).Where(word => !word.Contains('=', StringComparison.Ordinal)).ToArray();
        switch (words[0])
        {
            case "cluster":
                Begin(names, options);
                break;
            case "times":
                foreach (var (tested, milliseconds) in options) Lab.World.SetTime(Id(names[0]), Id(tested), (long)(double.Parse(milliseconds, CultureInfo.InvariantCulture) * 1000));
                break;
            case "run":
                Lab.Run(Scenario.Span(names[0]));
                break;
            case "cut":
                EachWay(names, Lab.World.Cut);
                break;
            case "heal" when names.Length == 0:
                Lab.World.HealAll();
                break;
            case "heal":
                EachWay(names, Lab.World.Heal);
                break;
            case "kill":
                Lab.Kill(Id(names[0]));
                break;
            case "revive":
                Lab.Revive(Id(names[0]), forgetful: names.Contains("forgetful"));
                break;
            case "vip":
                Lab.SetCondition(Id(names[0]), Enum.Parse<VipCondition>(names[1], ignoreCase: true));
                break;
            case "weather":
                Lab.SetWeather(Number(options, "loss"), Number(options, "duplication"), options.TryGetValue("jitter", out var jitter) ? Scenario.Span(jitter) : TimeSpan.Zero);
                break;
            case "table":
                PerNode(output, node => string.Join(", ", node.Table().Sites.Select(Row)));
                break;
            case "usable":
                PerNode(output, Usable);
                break;
            case "seen":
                PerNode(output, node => node.Site.Id == Id(names[0]) ? null : $"{node.Sees(Id(names[0]))}");
                break;
            case "word":
                PerNode(output, node => Word(node, Id(names[0])));
                break;
            case "events":
                Events(output);
                break;
            case "check":
                Check(output);
                break;
            default:
                throw new FormatException($"unknown command '{words[0]}'");
        }
    }

    private void Begin(string[] names, Dictionary<string, string> options)
    {
        var standard = new ProbeSettings();
        var interval = options.GetValueOrDefault("interval", "1m");
        lab = new LabCluster(new LabSettings
        {
            Sites = [.. names],
            Seed = int.Parse(options.GetValueOrDefault("seed", "1"), CultureInfo.InvariantCulture),
            Interval = interval == "off" ? null : Scenario.Span(interval),
            Probe = standard with
            {
                Interval = Scenario.Span(options.GetValueOrDefault("probe", "5s")),
                Timeout = Scenario.Span(options.GetValueOrDefault("timeout", "2s")),
                Fall = int.Parse(options.GetValueOrDefault("fall", "3"), CultureInfo.InvariantCulture),
                Rise = int.Parse(options.GetValueOrDefault("rise", "2"), CultureInfo.InvariantCulture),
            },
            Policy = new ServicePolicy
            {
                Weights = [.. options.GetValueOrDefault("weights", "6,4,2,1").Split(',').Select(weight => int.Parse(weight, CultureInfo.InvariantCulture))],
                FewSites = Enum.Parse<FewSites>(options.GetValueOrDefault("few", "capacity"), ignoreCase: true),
            },
        });
        eventsTold.Clear();
    }

    private SiteId Id(string name) => Lab[name].Site.Id;

    private static double Number(Dictionary<string, string> options, string key) => double.Parse(options.GetValueOrDefault(key, "0"), CultureInfo.InvariantCulture);

    private void EachWay(string[] names, Action<SiteId, SiteId> change)
    {
        if (names is [var oneWay] && oneWay.Split('>') is [var from, var to])
        {
            change(Id(from), Id(to));
            return;
        }

        change(Id(names[0]), Id(names[1]));
        change(Id(names[1]), Id(names[0]));
    }

    /// <summary>Nodes that say the same share a line.</summary>
    private void PerNode(StringBuilder output, Func<LabNode, string?> say)
    {
        var said = Lab.Nodes.Where(node => node.Runs).Select(node => (node.Site.Name, Text: say(node))).Where(pair => pair.Text is not null).ToArray();
        foreach (var group in said.GroupBy(pair => pair.Text)) output.Append(CultureInfo.InvariantCulture, $"{string.Join(' ', group.Select(pair => pair.Name))}: {group.Key}\n");
    }

    private static string Row(HandOffRow row)
    {
        var standing = row.Standing == Standing.Up ? "" : $" ({row.Standing})";
        return string.Create(CultureInfo.InvariantCulture, $"{row.Site.Name} {row.Weight} {row.Share * 100:0}%{standing}");
    }

    private static string Usable(LabNode node) =>
        string.Join(' ', node.Table().Sites.Where(row => row.Weight > 0 && node.Sees(row.Site.Id) != HealthState.Down).Select(row => row.Site.Name));

    private static string Word(LabNode node, SiteId site)
    {
        if (!node.States.TryGetValue(site, out var state)) return "nothing";
        var fresh = state.IsFresh(node.Snapshot().Now) ? "fresh" : "stale";
        var says = state.SelfReport == SelfReport.None ? "" : $", {state.SelfReport}";
        var muted = state.VotesMuted ? ", votes muted" : "";
        return $"{fresh}{says}{muted}";
    }

    private void Events(StringBuilder output)
    {
        var before = output.Length;
        foreach (var node in Lab.Nodes)
        {
            var since = node.EventsPublished - eventsTold.GetValueOrDefault(node.Site.Id);
            eventsTold[node.Site.Id] = node.EventsPublished;
            if (since > 0) output.Append(CultureInfo.InvariantCulture, $"{node.Site.Name} {since}\n");
        }

        if (output.Length == before) output.Append("none\n");
    }

    private void Check(StringBuilder output)
    {
        IEnumerable<string> wrong = [.. Checks.Lawful(Lab), .. Checks.Converged(Lab)];
        output.Append(wrong.Any() ? string.Join('\n', wrong) : "ok").Append('\n');
    }
}
