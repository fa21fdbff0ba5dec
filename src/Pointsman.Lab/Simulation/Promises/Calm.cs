using Pointsman.Model;

namespace Pointsman.Lab.Simulation.Promises;

/// <summary>
/// Since when nothing has been at fault, and whether what is at fault now is one link and no more: what is promised of a healed world, and of one cut link,
/// is asked of no other. Clocks that drift or are stepped are no fault: everything is promised under them.
/// </summary>
internal sealed class Calm(LabCluster lab)
{
    private bool settled;

    /// <summary>Null while anything is at fault.</summary>
    public Instant? WholeSince { get; private set; }

    /// <summary>The one link that has been at fault since all was settled.</summary>
    public (SiteId Low, SiteId High)? Link { get; private set; }

    /// <summary>Whole for the time of recovery, and since then no more than one link at fault, always the same.</summary>
    public bool IsSettled => settled || WholeFor(lab.Bounds.Recovery);

    public bool WholeFor(TimeSpan span) => WholeSince is { } since && lab.Timeline.Now - since >= span;

    /// <summary>To be called whenever something at fault changed.</summary>
    public void Look()
    {
        settled = IsSettled;
        var cut = lab.World.CutLinks.Take(2).ToArray();
        var others = lab.World.IsAnySiteAtFault || !lab.Network.IsFine || lab.Nodes.Any(node => !node.Runs || node.IsOrdered)
            // Somebody speaks no version that somebody else speaks.
            || lab.Nodes.Max(node => node.Versions.Lowest) > lab.Nodes.Min(node => node.Versions.Highest);
        if (!others && cut.Length == 0 && !lab.IsAnythingFlapping)
        {
            WholeSince ??= lab.Timeline.Now;
            return;
        }
        WholeSince = null;
        if (others || cut.Length > 1 || (cut is [var link] && Link is { } known && known != link)) (settled, Link) = (false, null);
        else if (cut is [var one]) Link = settled ? one : null;
    }
}
