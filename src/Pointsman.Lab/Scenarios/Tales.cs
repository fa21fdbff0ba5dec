using System.Globalization;
using System.Text;
using Pointsman.Lab.Simulation;
using Pointsman.Model;
using Pointsman.Policy.Decisions;
using Pointsman.Policy.Tables;

namespace Pointsman.Lab.Scenarios;

/// <summary>What a story tells of its nodes: those that say the same share a line.</summary>
internal static class Tales
{
    public static void PerNode(LabCluster lab, StringBuilder output, Func<LabNode, string?> say)
    {
        var said = lab.Nodes.Where(node => node.Runs).Select(node => (node.Site.Name, Text: say(node))).Where(pair => pair.Text is not null).ToArray();
        foreach (var group in said.GroupBy(pair => pair.Text)) output.Append(CultureInfo.InvariantCulture, $"{string.Join(' ', group.Select(pair => pair.Name))}: {group.Key}\n");
    }

    /// <summary>The hand-off table of the first service: the same at every node that has heard the same.</summary>
    public static string Table(LabNode node) => string.Join(", ", node.Table().Sites.Select(Row));

    /// <summary>Whom the node would hand to by the table alone and its own eyes: weight, and not down for itself.</summary>
    public static string Usable(LabNode node) =>
        string.Join(' ', node.Table().Sites.Where(row => row.Weight > 0 && node.Sees(row.Site.Id) != HealthState.Down).Select(row => row.Site.Name));

    /// <summary>Whom its answers name, by name; each service that differs from the first on its own.</summary>
    public static string Answers(LabCluster lab, LabNode node)
    {
        var all = Enumerable.Range(0, lab.Cluster.Services.Length).Select(service => Answer(node, service)).ToArray();
        return all.Distinct().Count() == 1 ? all[0] : string.Join("; ", all.Select((answer, index) => $"{lab.Cluster.Services[index].Name} {answer}"));
    }

    /// <summary>What its status would show: who is not heard, whose word is too old, what it thinks of itself.</summary>
    public static string Shows(LabCluster lab, LabNode node)
    {
        var parts = new List<string>();
        if (!node.IsReady) parts.Add("not ready");
        var lost = node.Peers.Where(peer => !peer.Established).Select(peer => lab[peer.Site].Site.Name).ToArray();
        if (lost.Length > 0) parts.Add($"no stream to {string.Join(' ', lost)}");
        var stale = node.States.Values.Where(state => !state.IsFresh(node.Now)).OrderBy(state => state.Site).Select(state => lab[state.Site].Site.Name).ToArray();
        if (stale.Length > 0) parts.Add($"stale {string.Join(' ', stale)}");
        var down = lab.Cluster.Sites.Where(site => site.Id != node.Site.Id && node.Sees(site.Id) == HealthState.Down).Select(site => site.Name).ToArray();
        if (down.Length > 0) parts.Add($"sees {string.Join(' ', down)} down");
        if (node.LastPublished is { VotesMuted: true }) parts.Add("its votes are muted");
        return parts.Count == 0 ? "all well" : string.Join("; ", parts);
    }

    public static string Word(LabNode node, SiteId site)
    {
        if (!node.States.TryGetValue(site, out var state)) return "nothing";
        var fresh = state.IsFresh(node.Now) ? "fresh" : "stale";
        var says = state.SelfReport == SelfReport.None ? "" : $", {state.SelfReport}";
        var muted = state.VotesMuted ? ", votes muted" : "";
        return $"{fresh}{says}{muted}";
    }

    public static void Events(Story story, StringBuilder output)
    {
        var before = output.Length;
        foreach (var node in story.Lab.Nodes)
        {
            var since = node.EventsPublished - story.EventsTold.GetValueOrDefault(node.Site.Id);
            story.EventsTold[node.Site.Id] = node.EventsPublished;
            if (since > 0) output.Append(CultureInfo.InvariantCulture, $"{node.Site.Name} {since}\n");
        }

        if (output.Length == before) output.Append("none\n");
    }

    /// <summary>What happened against what is promised, and whether all hold the same now.</summary>
    public static void Check(Story story, StringBuilder output)
    {
        IEnumerable<string> wrong = [.. Checks.Lawful(story.Lab), .. Checks.Converged(story.Lab)];
        output.Append(wrong.Any() ? string.Join('\n', wrong) : "ok").Append('\n');
    }

    private static string Answer(LabNode node, int service)
    {
        var verdict = node.Answers.Verdict(service);
        var names = string.Join(' ', node.Answers.Named(service).Select(site => site.Name).Order(StringComparer.Ordinal));
        return verdict switch
        {
            Verdict.Answer => names,
            Verdict.Stale => $"{names} (what was good last)",
            _ => $"{verdict}",
        };
    }

    private static string Row(HandOffRow row)
    {
        var standing = row.Standing == Standing.Up ? "" : $" ({row.Standing})";
        return string.Create(CultureInfo.InvariantCulture, $"{row.Site.Name} {row.Weight} {row.Share * 100:0}%{standing}");
    }
}
