using Pointsman.Policy.Tables;

namespace Pointsman.Lab.Simulation;

/// <summary>What must hold of a simulated cluster, each as a list of what is wrong: empty is good.</summary>
public static class Checks
{
    /// <summary>Once the news has had time to travel, all running nodes hold equal columns of all running sites, and so equal tables [P5.7].</summary>
    public static IReadOnlyList<string> Converged(LabCluster lab)
    {
        ArgumentNullException.ThrowIfNull(lab);
        var wrong = new List<string>();
        var running = lab.Nodes.Where(node => node.Runs).ToArray();
        foreach (var speaker in running)
        {
            var views = running.Select(node => node.States.TryGetValue(speaker.Site.Id, out var state) ? $"{state.Incarnation}.{state.Edition}" : "nothing").Distinct().ToArray();
            if (views.Length > 1) wrong.Add($"of {speaker.Site} the nodes hold {string.Join(" and ", views)}");
        }

        for (var service = 0; service < lab.Cluster.Services.Length; service++)
        {
            if (running.Select(node => node.Answers.Table(service).Digest).Distinct().Count() > 1) wrong.Add($"the nodes' tables of {lab.Cluster.Services[service].Name} differ");
        }
        return wrong;
    }

    /// <summary>What happened against what is promised, at any time.</summary>
    public static IReadOnlyList<string> Lawful(LabCluster lab)
    {
        ArgumentNullException.ThrowIfNull(lab);
        return [.. lab.Violations.Select(violation => violation.ToString())];
    }

    /// <summary>In a world without faults every site is up in every table, and every node sees every other up.</summary>
    public static IReadOnlyList<string> AllUp(LabCluster lab)
    {
        ArgumentNullException.ThrowIfNull(lab);
        var wrong = new List<string>();
        foreach (var node in lab.Nodes)
        {
            foreach (var row in node.Table().Sites)
            {
                if (row.Weight == 0 || row.Standing != Standing.Up) wrong.Add($"for {node.Site}, {row.Site} is {row.Standing} with weight {row.Weight}");
            }
        }

        return wrong;
    }
}
