using Pointsman.Model;

namespace Pointsman.Dssp;

/// <summary>When the machine speaks, and to whom: the periodic word on its grid, news ahead of it.</summary>
public sealed partial class DsspMachine
{
    private void Speak(Instant now, LocalReport local, List<IDsspEffect> effects)
    {
        var news = News.Between(published, local, cluster.Digest);
        newsDue = null;
        if (published is null || republish)
        {
            Publish(now, local, news, toAll: true, effects);
            return;
        }

        if (news.Any)
        {
            var due = published.State.SentAt + (news.Bad ? DsspLimits.BadNewsSpacing : DsspLimits.GoodNewsSpacing);
            if (now >= due)
            {
                Publish(now, local, news, toAll: true, effects);
                return;
            }

            newsDue = due;
        }

        // A periodic word that carries news is news to everybody: the columns must stay equal.
        if (ownDue <= now || peers.Values.Any(peer => peer.NextDue <= now))
        {
            newsDue = null;
            Publish(now, local, news, toAll: news.Any, effects);
        }
    }

    private void Publish(Instant now, LocalReport local, News news, bool toAll, List<IDsspEffect> effects)
    {
        sequence++;
        var capacity = Published.CapacityOf(local.Vips, capacityServices);
        if (published is null || news.ForTheTable || republish || !published.Capacity.SequenceEqual(capacity)) edition = sequence;
        republish = false;
        var period = OwnPeriod();
        var state = new SiteState
        {
            Site = self,
            Incarnation = Incarnation,
            Sequence = sequence,
            Edition = edition,
            IsEvent = news.Reasons != EventReasons.None,
            Reasons = news.Reasons,
            SentAt = now,
            Validity = null,
            Period = period,
            ConfigurationDigest = cluster.Digest,
            ConfigurationGeneration = cluster.Generation,
            SelfReport = local.SelfReport,
            VotesMuted = local.VotesMuted,
            MemoryFreeBytes = local.MemoryFreeBytes,
            Sessions = local.Sessions,
            Vips = local.Vips,
            Observations = local.Observations,
            Orders = [.. local.Orders.OrderBy(order => order.Service)],
            Overrides = local.Overrides,
            Tables = local.Tables?.Invoke(),
        };
        published = new Published(state, capacityServices);
        ownDue = NextOnGrid(period, now);
        columns.TryMerge(state, now, out _);
        effects.Add(new StateAccepted(state));
        foreach (var peer in peers.Values)
        {
            var due = peer.NextDue <= now;
            if (due) peer.NextDue = cluster.Dssp.IntervalTo(peer.Site.Id) is { } theirs ? NextOnGrid(theirs, now) : null;
            if (peer.Established && (toAll || due)) Send(peer, state, effects);
        }
    }

    private void Send(PeerSession peer, SiteState state, List<IDsspEffect> effects)
    {
        var period = cluster.Dssp.IntervalTo(peer.Site.Id);
        if (state.IsEvent) peer.EventsSent++;
        else peer.UpdatesSent++;
        effects.Add(new SendFrame(peer.Site.Id, DsspFrame.Of(state with { Period = period, Validity = period is { } span ? DsspLimits.ValidityOf(span) : null }, peer.Version)));
    }

    /// <summary>The shortest period towards anyone; a minute when all are off, so that the own column's capacity stays fresh.</summary>
    private TimeSpan OwnPeriod()
    {
        var shortest = cluster.Dssp.Interval ?? TimeSpan.FromMinutes(1);
        foreach (var peer in peers.Values)
        {
            if (cluster.Dssp.IntervalTo(peer.Site.Id) is { } period && period < shortest) shortest = period;
        }

        return shortest;
    }

    private Instant NextOnGrid(TimeSpan period, Instant now)
    {
        var micros = Math.Max(1, period.Ticks / TimeSpan.TicksPerMicrosecond);
        return new Instant(start.Micros + ((((now.Micros - start.Micros) / micros) + 1) * micros));
    }
}
