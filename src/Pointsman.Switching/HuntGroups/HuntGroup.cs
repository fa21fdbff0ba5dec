using System.Collections.Immutable;
using Pointsman.Model;

namespace Pointsman.Switching.HuntGroups;

/// <summary>
/// The real servers behind one VIP, and the choice among them by availability, capacity and load [P6.2]. Many threads choose, one
/// writer at a time publishes: choosing reads one reference and takes no lock.
/// </summary>
internal sealed class HuntGroup
{
    private readonly Lock _writing = new();
    private volatile Lineup _lineup = Lineup.Empty;
    private volatile PersistenceTable? _persistence;
    private uint _turn;

    public Lineup Lineup => _lineup;
    public PersistenceTable? Persistence => _persistence;

    /// <summary>Servers whose address stays keep their count and state [S24]; a new one is down until it was seen up.</summary>
    public void Reconfigure(Vip vip, ulong seed)
    {
        lock (_writing)
        {
            var known = _lineup.All.ToDictionary(server => server.Address);
            var all = ImmutableArray.CreateBuilder<HuntServer>(vip.Servers.Length);
            foreach (var configured in vip.Servers)
            {
                if (known.Remove(configured.Address, out var server)) server.Reconfigure(configured);
                else server = new HuntServer(configured);
                all.Add(server);
            }

            // A persisted choice of a server that is gone must not be found again; its sessions run on.
            foreach (var gone in known.Values) gone.IsUp = false;
            _lineup = Lineup.Of(all.DrainToImmutable(), vip.Balance);
            if (vip.Persistence is not { } persistence) _persistence = null;
            else if (_persistence is { } table) table.For = persistence.For;
            else _persistence = new PersistenceTable(persistence.For, seed);
        }
    }

    /// <returns>The server, when this changed its state.</returns>
    public HuntServer? SetUp(Endpoint address, bool up)
    {
        lock (_writing)
        {
            var server = _lineup.All.FirstOrDefault(candidate => candidate.Address == address);
            if (server is null || server.IsUp == up) return null;
            server.IsUp = up;
            _lineup = Lineup.Of(_lineup.All, _lineup.Balance);
            return server;
        }
    }

    /// <summary>
    /// Chooses a server and takes a slot of it. A persisted choice comes first; when that server is down, full or was tried in vain,
    /// the balance chooses anew and the new choice is kept [P6.4].
    /// </summary>
    /// <returns>Null when no server is up that has room and was not tried.</returns>
    public HuntServer? Take(ClientKey client, in TriedServers tried, long nowMillis)
    {
        var lineup = _lineup;
        var persistence = _persistence;
        if (persistence?.Find(client, nowMillis) is { IsUp: true } kept && !tried.Contains(kept) && kept.Connections.TryTake())
        {
            persistence.Keep(client, kept, nowMillis);
            return kept;
        }

        var turn = Interlocked.Increment(ref _turn);
        var chosen = lineup.Balance is Balance.LeastConnections
            ? LeastConnections.Take(lineup.Up.AsSpan(), turn, tried)
            : RoundRobin.Take(lineup.Turns.AsSpan(), turn, tried);
        if (chosen is not null) persistence?.Keep(client, chosen, nowMillis);
        return chosen;
    }

    /// <summary>The least loaded server that is up, full or not: for <c>redirect.drop: never</c> [S19].</summary>
    public HuntServer? TakeBeyondLimit(in TriedServers tried) =>
        LeastConnections.Take(_lineup.Up.AsSpan(), Interlocked.Increment(ref _turn), tried, beyondLimit: true);
}
