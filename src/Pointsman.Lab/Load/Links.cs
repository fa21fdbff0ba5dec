using Pointsman.Dssp;

namespace Pointsman.Lab.Load;

/// <summary>
/// The DSSP streams between nodes. Two nodes have one when both run and both ways pass. A process that dies ends its streams at once; a cut loses frames
/// at once and is noticed after a while, as keep-alive pings would.
/// </summary>
internal sealed class Links(LoadWorld world)
{
    private static readonly TimeSpan NoticedAfter = TimeSpan.FromSeconds(20);

    // From the socket to the machine, both ends together.
    private const long HandlingMicros = 1_000;

    private readonly HashSet<(int Low, int High)> up = [];

    /// <summary>To be called whenever something changed that a stream needs.</summary>
    public void Look()
    {
        Look(cutsToo: false);
        world.Timeline.After(NoticedAfter, () => Look(cutsToo: true));
    }

    public void Send(int from, int to, DsspFrame frame, long wayMicros)
    {
        if (to < 0 || !IsUp(from, to)) return;
        world.Timeline.After(TimeSpan.FromMicroseconds(wayMicros + HandlingMicros), () =>
        {
            if (IsUp(from, to) && world.Truth.Passes(world.Sites[from].Id, world.Sites[to].Id)) world.Speakers[to].Receive(world.Sites[from].Id, frame);
        });
    }

    private bool IsUp(int one, int other) => up.Contains((Math.Min(one, other), Math.Max(one, other)));

    private void Look(bool cutsToo)
    {
        for (var low = 0; low < world.Speakers.Length; low++)
            for (var high = low + 1; high < world.Speakers.Length; high++) Look(low, high, cutsToo);
    }

    private void Look(int low, int high, bool cutsToo)
    {
        var (one, other) = (world.Speakers[low], world.Speakers[high]);
        var run = one.Runs && other.Runs;
        var pass = world.Truth.PassesBothWays(one.Site.Id, other.Site.Id);
        if (up.Contains((low, high)))
        {
            if (run && (pass || !cutsToo)) return;
            up.Remove((low, high));
            one.Disconnected(other.Site.Id);
            other.Disconnected(one.Site.Id);
        }
        else if (run && pass)
        {
            up.Add((low, high));
            one.Connected(other.Site.Id);
            other.Connected(one.Site.Id);
        }
    }
}
