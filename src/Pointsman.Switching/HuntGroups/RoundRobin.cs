namespace Pointsman.Switching.HuntGroups;

/// <summary>The next in turn that has room. With the schedule of <see cref="WeightedSchedule"/> the turns are in proportion to weight.</summary>
internal static class RoundRobin
{
    /// <param name="turns">Servers in the order of their turns; one may appear several times.</param>
    /// <returns>The server, its slot taken; null when none has room.</returns>
    public static HuntServer? Take(ReadOnlySpan<HuntServer> turns, uint turn, in TriedServers tried)
    {
        if (turns.IsEmpty) return null;
        var at = (int)(turn % (uint)turns.Length);
        for (var i = 0; i < turns.Length; i++)
        {
            var server = turns[at];
            if (!tried.Contains(server) && server.Connections.TryTake()) return server;
            if (++at == turns.Length) at = 0;
        }

        return null;
    }
}
