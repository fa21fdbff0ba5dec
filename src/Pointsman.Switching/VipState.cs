using System.Collections.Immutable;
using Pointsman.Model;
using Pointsman.Switching.HopTokens;
using Pointsman.Switching.HuntGroups;

namespace Pointsman.Switching;

/// <summary>What the configuration says of one VIP, read once per connection.</summary>
internal sealed record VipSettings(Service Service, Vip Vip, SiteId Self, HopKeys Keys);

/// <summary>
/// One VIP while it runs: its settings (replaced whole by a reload), its limit, its hunt group, its counters, and whether it is full.
/// Full begins when the last slot goes, of the VIP or of all its servers together; it ends only when a sixteenth of the places is free
/// again, so that a busy VIP does not tell the world of every connection that ends.
/// </summary>
internal sealed class VipState(VipKey key, int workers, ConditionReporter reporter)
{
    private const int HysteresisParts = 16;

    // Two threads that take and give at once may each have to look again; more would mean a flood of changes, and the next one looks.
    private const int SettleRounds = 16;

    private volatile VipSettings? _settings;
    private int _full;

    public VipKey Key { get; } = key;
    public ConnectionLimit Connections { get; } = new(null);
    public HuntGroup Group { get; } = new();

    /// <summary>By worker.</summary>
    public ImmutableArray<Tally> Tallies { get; } = [.. Enumerable.Range(0, workers).Select(_ => new Tally())];

    /// <summary>Never null once the VIP is listened on.</summary>
    public VipSettings Settings => _settings!;

    public VipCondition Condition => Group.Lineup.Up.IsEmpty ? VipCondition.Down
        : Volatile.Read(ref _full) == 1 ? VipCondition.Full : VipCondition.Up;

    public void Reconfigure(VipSettings settings, ulong seed)
    {
        _settings = settings;
        Connections.Max = settings.Vip.MaxConnections;
        Group.Reconfigure(settings.Vip, seed);
        Settle();
        reporter.Signal();
    }

    public HuntServer? SetServerUp(Endpoint server, bool up)
    {
        var changed = Group.SetUp(server, up);
        if (changed is null) return null;
        Settle();
        reporter.Signal();
        return changed;
    }

    public void ServerFailed(HuntServer server)
    {
        server.Failed();
        reporter.Signal();
    }

    /// <summary>Called after every slot taken or given back: keeps <see cref="Condition"/> true to the counts.</summary>
    public void Settle()
    {
        for (var round = 0; round < SettleRounds; round++)
        {
            var was = Volatile.Read(ref _full);
            var full = IsFull(was == 1) ? 1 : 0;
            if (full == was) return;
            // Having written, look again: who gave a slot back just before may have seen the old value and gone.
            if (Interlocked.CompareExchange(ref _full, full, was) == was) reporter.Signal();
        }
    }

    public VipReport Report()
    {
        var lineup = Group.Lineup;
        return new VipReport
        {
            Vip = Key,
            Condition = Condition,
            ConnectionsActive = Connections.Active,
            ConnectionsMax = Connections.Max,
            ServersUp = lineup.Up.Length,
            ServersTotal = lineup.All.Length,
        };
    }

    private bool IsFull(bool was)
    {
        long room = Connections.Room;
        if (room == 0) return true;
        var lineup = Group.Lineup;
        if (lineup.Up.IsEmpty) return false;
        room = Math.Min(room, lineup.Room);
        if (!was || room == 0) return room == 0;
        var capacity = Math.Min(Connections.Max ?? int.MaxValue, lineup.Capacity);
        return room < Math.Max(1, capacity / HysteresisParts);
    }
}
