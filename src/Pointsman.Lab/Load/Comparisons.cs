using Pointsman.Lab.Worlds;
using Pointsman.Policy.Decisions;

namespace Pointsman.Lab.Load;

/// <summary>
/// What common servers do, to compare with: never part of the decision. All see what the node that is asked sees, and name only sites that are up for it;
/// a full site hands its users on in all of them, so that only the answers differ.
/// </summary>
internal static class Comparisons
{
    /// <summary>The indexes of the sites that this node sees up.</summary>
    internal static IEnumerable<int> Up(LoadWorld world, Speaker node, int second)
    {
        foreach (var row in node.Plan(second).Services[world.Service].Sites)
        {
            if (row.IsLive) yield return world.IndexOf(row.Site.Id);
        }
    }
}

/// <summary>Every site that is up, in turn, whatever its size.</summary>
internal sealed class RoundRobin : IAnswers
{
    private int turn;

    public int[] Choose(LoadWorld world, Speaker node, int second, in Client client)
    {
        var up = Comparisons.Up(world, node, second).ToArray();
        return up.Length == 0 ? [] : [up[turn++ % up.Length]];
    }
}

/// <summary>The site that is up and nearest to the user, whatever its load.</summary>
internal sealed class NearestOnly : IAnswers
{
    public int[] Choose(LoadWorld world, Speaker node, int second, in Client client)
    {
        var place = world.Places.Lookup(client.ToIPAddress()).Place;
        return [.. Comparisons.Up(world, node, second).OrderBy(site => PathTime.RoundTripMicros(place, world.SitePlaces[site])).Take(1)];
    }
}

/// <summary>The site that by its last word has most connections free takes everything, until another one has.</summary>
internal sealed class WinnerTakesAll : IAnswers
{
    public int[] Choose(LoadWorld world, Speaker node, int second, in Client client)
    {
        var states = node.Plan(second).Snapshot.States;
        long Free(int site) => states.TryGetValue(world.Sites[site].Id, out var state) && state.Vips.Length > 0
            ? (state.Vips[0].ConnectionsMax ?? int.MaxValue) - state.Vips[0].ConnectionsActive
            : 0;
        return [.. Comparisons.Up(world, node, second).OrderByDescending(Free).Take(1)];
    }
}
