using System.Diagnostics.CodeAnalysis;
using Pointsman.Model;
using Pointsman.Node.Output;

namespace Pointsman.Node.Wiring;

/// <summary>Which node of which site this process is.</summary>
internal sealed record NodeIdentity(Site Site, NodeSettings Node)
{
    public static bool TryFind(Cluster cluster, string siteName, string? nodeName, [NotNullWhen(true)] out NodeIdentity? identity, [NotNullWhen(false)] out string? why)
    {
        identity = null;
        why = null;
        if (cluster.FindSite(siteName) is not { } site)
        {
            var names = cluster.Sites.Select(known => known.Name).ToArray();
            why = $"--site: there is no site '{siteName}' in the configuration{Hint(siteName, names)}; it has {string.Join(", ", names)}";
            return false;
        }

        var nodes = site.Nodes.Select(known => known.Name).ToArray();
        if (nodeName is null && site.Nodes.Length > 1)
        {
            why = $"--node: site {site.Name} has several nodes ({string.Join(", ", nodes)}): say which one this is";
            return false;
        }

        var node = nodeName is null ? site.Nodes.FirstOrDefault() : site.Nodes.FirstOrDefault(known => known.Name == nodeName);
        if (node is null)
        {
            why = nodeName is null ? $"site {site.Name} has no nodes in the configuration" : $"--node: site {site.Name} has no node '{nodeName}'{Hint(nodeName, nodes)}; it has {string.Join(", ", nodes)}";
            return false;
        }

        identity = new NodeIdentity(site, node);
        return true;
    }

    private static string Hint(string word, string[] known) => NearestName.Of(word, known) is { } near ? $" (did you mean {near}?)" : "";
}

/// <summary>The node cannot start; the message says what, where and what to do.</summary>
internal sealed class NodeStartException(string message) : Exception(message);
