using Pointsman.Model;

namespace Pointsman.Lab.Simulation.Promises;

/// <summary>What a node holds of a site only ever grows: larger (incarnation, sequence), in each of the node's lives.</summary>
internal sealed class Growth : IPromise
{
    private readonly Dictionary<(SiteId Node, SiteId Of), (ulong Incarnation, ulong Sequence)> newest = [];

    public string Words => "a node only accepts words that are newer than what it holds";

    public string? Started(LabNode node)
    {
        foreach (var key in newest.Keys.Where(key => key.Node == node.Site.Id).ToArray()) newest.Remove(key);
        return null;
    }

    public string? Accepted(LabNode node, SiteState word)
    {
        var key = (node.Site.Id, word.Site);
        var held = newest.GetValueOrDefault(key);
        newest[key] = (word.Incarnation, word.Sequence);
        return held.CompareTo(newest[key]) < 0 ? null : $"{node.Site} accepted {word.Incarnation}.{word.Sequence} of site {word.Site} after {held.Incarnation}.{held.Sequence}";
    }
}
