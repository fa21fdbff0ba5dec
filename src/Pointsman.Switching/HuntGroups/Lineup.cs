using System.Collections.Immutable;
using Pointsman.Model;

namespace Pointsman.Switching.HuntGroups;

/// <summary>The hunt group as published: immutable, replaced whole when a server goes up or down or the configuration changes, read once per choice.</summary>
/// <param name="All">As configured.</param>
/// <param name="Up">Those that can be used, in the same order.</param>
/// <param name="Turns">What the balance walks: <paramref name="Up"/>, or for <see cref="Balance.Weighted"/> its schedule.</param>
internal sealed record Lineup(ImmutableArray<HuntServer> All, ImmutableArray<HuntServer> Up, ImmutableArray<HuntServer> Turns, Balance Balance)
{
    public static readonly Lineup Empty = new([], [], [], Balance.RoundRobin);

    public static Lineup Of(ImmutableArray<HuntServer> all, Balance balance)
    {
        var up = all.Where(server => server.IsUp).ToImmutableArray();
        return new Lineup(all, up, balance is Balance.Weighted ? WeightedSchedule.Compile(up) : up, balance);
    }

    /// <summary>Connections that the servers up can still take together.</summary>
    public long Room
    {
        get
        {
            var room = 0L;
            foreach (var server in Up) room += server.Connections.Room;
            return room;
        }
    }

    /// <summary>Connections that the servers up can take together when idle.</summary>
    public long Capacity
    {
        get
        {
            var capacity = 0L;
            foreach (var server in Up) capacity += server.Connections.Max ?? int.MaxValue;
            return capacity;
        }
    }
}
