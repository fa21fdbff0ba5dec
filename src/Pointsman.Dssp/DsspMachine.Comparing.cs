using Pointsman.Model;

namespace Pointsman.Dssp;

/// <summary>
/// What differs between a peer and this node: configuration, columns, tables. Divergence is the operator's to repair and no reason to call
/// anyone down [S23]. At once when it is news, and after something was told not again within <see cref="DsspLimits.TablesSettle"/>.
/// </summary>
public sealed partial class DsspMachine
{
    private void JudgeSoon(PeerSession peer, Instant now, List<IDsspEffect> effects)
    {
        peer.JudgeAt = NotBefore(peer, now);
        if (peer.JudgeAt <= now) Judge(peer, now, effects);
    }

    private void JudgeDue(Instant now, List<IDsspEffect> effects)
    {
        foreach (var peer in peers.Values)
        {
            if (peer.JudgeAt <= now) Judge(peer, now, effects);
        }
    }

    private void Judge(PeerSession peer, Instant now, List<IDsspEffect> effects)
    {
        var before = effects.Count;
        CompareConfiguration(peer, effects);
        var (differing, other) = peer.Tables.Judge(columns, cluster, now);
        var name = peer.Site.Name;
        if ((differing is null) != (peer.ColumnsDiffer is null))
            effects.Add(new AlarmChanged(AlarmKind.ColumnsDiffer, peer.Site.Id, differing is not null, differing is null ? $"site {name} computes its tables from the same words as this node" : $"site {name} computes its tables from other words: {differing}"));
        if ((other is null) != (peer.OtherTable is null))
        {
            var service = (other ?? peer.OtherTable) is { } id ? cluster.FindService(id)?.Name ?? $"service {id}" : "";
            effects.Add(new AlarmChanged(AlarmKind.TablesDiffer, peer.Site.Id, other is not null, other is null ? $"site {name} makes the same tables as this node" : $"site {name} makes another table of {service} from the same words{(peer.Difference is null ? "" : ": it has another configuration")}"));
        }

        (peer.ColumnsDiffer, peer.OtherTable) = (differing, other);
        if (effects.Count > before) peer.ToldAt = now;
        peer.JudgeAt = peer.Tables.Due is { } due ? NotBefore(peer, due) : null;
    }

    private void CompareConfiguration(PeerSession peer, List<IDsspEffect> effects)
    {
        var difference = ConfigurationDifference.Between(peer, cluster);
        if (difference == peer.Difference) return;
        peer.Difference = difference;
        effects.Add(new AlarmChanged(AlarmKind.ConfigurationDiffers, peer.Site.Id, difference is not null, difference?.Text ?? $"site {peer.Site.Name} has the same configuration as this node"));
    }

    private static Instant NotBefore(PeerSession peer, Instant due) => peer.ToldAt is { } told && told + DsspLimits.TablesSettle > due ? told + DsspLimits.TablesSettle : due;
}
