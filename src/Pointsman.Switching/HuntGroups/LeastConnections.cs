namespace Pointsman.Switching.HuntGroups;

/// <summary>
/// Fewest connections per weight, counting the one to come, so that an idle strong server comes before an idle weak one. All servers
/// are looked at: for the few hundred that a group has, that is exact, cheaper than one system call, and needs no chance (two random
/// choices, the usual short cut, would).
/// </summary>
internal static class LeastConnections
{
    /// <param name="turn">Breaks ties: the search starts at another server each time.</param>
    /// <param name="beyondLimit">Ignores MaxConns: for <c>redirect.drop: never</c> [S19].</param>
    /// <returns>The server, its slot taken; null when none has room.</returns>
    public static HuntServer? Take(ReadOnlySpan<HuntServer> up, uint turn, in TriedServers tried, bool beyondLimit = false)
    {
        // Another thread may take the last slot between look and take; each time round one more server is full, so it ends.
        for (var round = 0; round <= up.Length; round++)
        {
            var best = Find(up, turn, tried, beyondLimit);
            if (best is null) return null;
            if (beyondLimit) best.Connections.TakeAnyway();
            else if (!best.Connections.TryTake()) continue;
            return best;
        }

        return null;
    }

    private static HuntServer? Find(ReadOnlySpan<HuntServer> up, uint turn, in TriedServers tried, bool beyondLimit)
    {
        HuntServer? best = null;
        var bestActive = 0L;
        for (var i = 0; i < up.Length; i++)
        {
            var server = up[(int)((turn + (uint)i) % (uint)up.Length)];
            if (tried.Contains(server) || (!beyondLimit && server.Connections.Room == 0)) continue;
            var active = server.Connections.Active + 1L;
            if (best is not null && active * best.Weight >= bestActive * server.Weight) continue;
            (best, bestActive) = (server, active);
        }

        return best;
    }
}
