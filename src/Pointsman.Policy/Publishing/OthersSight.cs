using System.Collections.Frozen;
using Pointsman.Model;
using Pointsman.Policy.Tables;

namespace Pointsman.Policy.Publishing;

/// <summary>
/// What the other sites say of mine for one service, read off their columns. Besides the vote it tells whether the cluster has been running: only then is a
/// site that they see down, or have hardly seen, one that comes back or is new. In a cluster that starts as a whole the first ones see the
/// last ones down for a moment, and nobody is to be held or ramped for that.
/// </summary>
/// <param name="Observers">Other sites with a fresh column that probe mine and whose votes count.</param>
/// <param name="Down">Of them, those that see all my addresses down.</param>
/// <param name="Running">Those that have probed another site for a minute or more.</param>
/// <param name="Vote">How many of the observers it takes.</param>
/// <param name="Room">How full the freest of them is: <see cref="OthersRoom"/>.</param>
/// <param name="New">Of those, the ones that have probed mine for less.</param>
internal readonly record struct OthersSight(int Observers, int Down, int Running, int New, int Room, VoteRule Vote = VoteRule.Majority)
{
    /// <summary>A cluster that has been up for so long is not starting any more.</summary>
    private static readonly TimeSpan RunningFor = TimeSpan.FromMinutes(1);

    private const int FewestProbes = 5;

    public bool IsRunning => Running * 2 > Observers;
    public bool IsVotedDown => Tables.Vote.TakesOut(Vote, Down, Observers);
    public bool IsNew => New * 2 > Running;

    public static FrozenDictionary<ServiceId, OthersSight> Of(Cluster cluster, SiteId self, IReadOnlyDictionary<SiteId, SiteState> states, Instant now)
    {
        var mine = cluster.Services
            .Select(service => (Service: service, Vips: service.Vips.Where(vip => vip.Site == self).ToArray()))
            .Where(one => one.Vips.Length > 0)
            .ToDictionary(one => one.Service.Id);
        var sights = mine.Keys.ToDictionary(service => service, _ => default(OthersSight));
        var votes = new Dictionary<(ServiceId, SiteId), int>();
        var strangers = new Dictionary<ServiceId, (int All, int Running)>();
        var voters = new Dictionary<(ServiceId, SiteId), int>();
        var ofMe = new Dictionary<VipKey, Observation>();
        var columns = new List<(SiteId Site, ColumnFacts Facts)>(cluster.Sites.Length);
        foreach (var site in cluster.Sites)
        {
            if (!states.TryGetValue(site.Id, out var state) || !state.IsFresh(now) || state.VotesMuted) continue;
            var facts = ColumnFacts.Of(state);
            columns.Add((site.Id, facts));
            // Nobody has a vote on itself.
            foreach (var down in facts.Down)
            {
                if (down.Site != site.Id) votes[down] = votes.GetValueOrDefault(down) + 1;
            }
            if (site.Id == self) continue;
            ofMe.Clear();
            foreach (var seen in facts.Sees(self)) ofMe[seen.Vip] = seen;
            foreach (var (id, (service, vips)) in mine)
            {
                var probes = Math.Max(FewestProbes, RunningFor.Ticks / Math.Max(1, service.Probe.Interval.Ticks));
                var isRunning = facts.LongestBut(self, id) >= probes;
                var isNew = isRunning && vips.All(vip => ofMe.GetValueOrDefault(vip.Key) is not { } seen || seen.Samples < probes);
                if (!vips.Any(vip => ofMe.ContainsKey(vip.Key)))
                {
                    var (all, runners) = strangers.GetValueOrDefault(id);
                    strangers[id] = (all + 1, runners + (isRunning ? 1 : 0));
                    continue;
                }
                var isDown = SiteSight.Of(vips, ofMe).State == HealthState.Down;
                var sight = sights[id];
                sights[id] = new OthersSight(sight.Observers + 1, sight.Down + (isDown ? 1 : 0), sight.Running + (isRunning ? 1 : 0), sight.New + (isNew ? 1 : 0), 0, service.Policy.Vote);
            }
        }
        // A site's observers are those of the others that probe it. Without a vote there is nothing to be voted: they are not counted.
        foreach (var (site, facts) in votes.Count > 0 ? columns : [])
        {
            foreach (var probed in facts.Sites)
            {
                if (probed.Site != site) voters[probed] = voters.GetValueOrDefault(probed) + 1;
            }
        }
        bool IsDown(ServiceId service, SiteId site) => Tables.Vote.TakesOut(mine[service].Service.Policy.Vote, votes.GetValueOrDefault((service, site)), voters.GetValueOrDefault((service, site)));
        // In a large mesh each is probed by some of the others only; whom nobody probes is new to all of them.
        foreach (var (id, (all, running)) in strangers)
        {
            if (sights[id].Observers == 0) sights[id] = new OthersSight(all, 0, running, running, 0);
        }
        return sights.ToFrozenDictionary(pair => pair.Key, pair => pair.Value with { Room = OthersRoom.Of(mine[pair.Key].Service, self, states, site => IsDown(pair.Key, site), now) });
    }
}
