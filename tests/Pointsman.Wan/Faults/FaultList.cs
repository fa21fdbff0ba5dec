using System.Collections.Immutable;
using Pointsman.Wan.Cluster;

namespace Pointsman.Wan.Faults;

/// <summary>
/// Every fault that the laboratory knows. One site is meant where one is: the third, which lies in the west; one link: from the first site to the last, which lie at
/// different ends.
/// </summary>
public static class FaultList
{
    public const string SiteDies = "a site dies";
    public const string NodeDies = "a node dies";
    public const string ServersDie = "a site's servers die";
    public const string NodeStandsStill = "a node stands still";
    public const string HalvesPart = "three sites part from three";
    public const string OneParts = "one site parts from five";
    public const string LinkCut = "one link is cut";
    public const string LinkOneWay = "one link passes one way only";
    public const string LinkFlaps = "one link flaps";
    public const string LinkLossy = "one link loses a fifth";
    public const string SiteLossy = "a site's links lose 15 %";
    public const string SiteSlow = "a site is slow";
    public const string DsspBlocked = "DSSP alone is blocked";
    public const string DiskFull = "a disk is full";
    public const string AllRestart = "all nodes restart in turn";

    private static readonly TimeSpan s_flap = TimeSpan.FromMilliseconds(700);
    private const int Flaps = 6;

    public static readonly ImmutableArray<Fault> All =
    [
        new(SiteDies,
            lab => Do(() =>
            {
                lab.ChangeAllOf(Third(lab).Place, link => link with { Cut = true });
                Third(lab).KillNode();
                Third(lab).KillServers();
            }),
            async lab =>
            {
                lab.HealLinks();
                Third(lab).StartServers();
                await RestartAsync(Third(lab));
            }),
        new(NodeDies, lab => Do(Third(lab).KillNode), lab => RestartAsync(Third(lab))),
        new(ServersDie, lab => Do(Third(lab).KillServers), lab => Do(Third(lab).StartServers)),
        new(NodeStandsStill, lab => Do(Third(lab).Freeze), lab => Do(Third(lab).Thaw)),
        new(HalvesPart,
            lab => Do(() => lab.ChangeBetween([.. lab.Halves.West, lab.PlaceOfClient(0)], [.. lab.Halves.East, lab.PlaceOfClient(1)], link => link with { Cut = true })),
            lab => Do(lab.HealLinks)),
        new(OneParts,
            lab => Do(() => lab.ChangeBetween([Last(lab).Place, lab.PlaceOfClient(1)], [.. lab.Sites.Where(site => site != Last(lab)).Select(site => site.Place), lab.PlaceOfClient(0)], link => link with { Cut = true })),
            lab => Do(lab.HealLinks)),
        new(LinkCut, lab => Do(() => lab.ChangeBetween([First(lab).Place], [Last(lab).Place], link => link with { Cut = true })), lab => Do(lab.HealLinks)),
        new(LinkOneWay, lab => Do(() => lab.Change(First(lab).Place, Last(lab).Place, link => link with { Cut = true })), lab => Do(lab.HealLinks)),
        new(LinkFlaps,
            async lab =>
            {
                for (var i = 0; i < Flaps; i++)
                {
                    lab.ChangeBetween([First(lab).Place], [Last(lab).Place], link => link with { Cut = !link.Cut });
                    await Task.Delay(s_flap);
                }
            },
            lab => Do(lab.HealLinks)),
        new(LinkLossy, lab => Do(() => lab.ChangeBetween([First(lab).Place], [Last(lab).Place], link => link with { Loss = 0.2 })), lab => Do(lab.HealLinks)),
        new(SiteLossy, lab => Do(() => lab.ChangeAllOf(Third(lab).Place, link => link with { Loss = 0.15 })), lab => Do(lab.HealLinks)),
        new(SiteSlow, lab => Do(() => lab.ChangeAllOf(Third(lab).Place, link => link with { Delay = link.Delay + (lab.Settings.SlowBy / 2) })), lab => Do(lab.HealLinks)),
        new(DsspBlocked, lab => Do(() => lab.ChangeAllOf(Third(lab).Place, link => link with { BlockedPort = Laboratory.DsspPort })), lab => Do(lab.HealLinks)),
        new(DiskFull, lab => Do(Third(lab).FillDisk), lab => Do(Third(lab).EmptyDisk)),
        new(AllRestart,
            async lab =>
            {
                foreach (var site in lab.Sites)
                {
                    await site.StopNodeAsync();
                    await RestartAsync(site);
                }
            },
            _ => Task.CompletedTask),
    ];

    /// <summary>
    /// The deaths again, with DSSP blocked between all sites at the same moment: nobody is told, and each node finds out alone. What that takes longer is what being
    /// told is worth. For measurements only.
    /// </summary>
    public static ImmutableArray<Fault> Untold => [.. All.Where(fault => fault.Name is SiteDies or NodeDies or NodeStandsStill).Select(fault => new Fault(
        fault.Name + ", untold",
        async lab =>
        {
            int[] places = [.. lab.Sites.Select(site => site.Place)];
            lab.ChangeBetween(places, places, link => link with { BlockedPort = Laboratory.DsspPort });
            await fault.StrikeAsync(lab);
        },
        async lab =>
        {
            lab.HealLinks();
            await fault.HealAsync(lab);
        }))];

    public static LabSite First(Laboratory lab) => lab.Sites[0];

    public static LabSite Third(Laboratory lab) => lab.Sites[2];

    public static LabSite Last(Laboratory lab) => lab.Sites[^1];

    private static async Task RestartAsync(LabSite site)
    {
        site.StartNode();
        await site.ReadyAsync();
    }

    private static Task Do(Action action)
    {
        action();
        return Task.CompletedTask;
    }
}
