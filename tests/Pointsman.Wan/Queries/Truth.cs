using System.Diagnostics;

namespace Pointsman.Wan.Queries;

/// <summary>
/// What was really so, and since when: whether a client could use a service at a site, and whether it could ask a node without hindrance. Kept by who inflicts the
/// faults, and asked afterwards by who counts wrong answers.
/// </summary>
public sealed class Truth
{
    private readonly Lock gate = new();
    private readonly Dictionary<(int Client, int Service, int Site), List<(long Ticks, bool Value)>> usable = [];
    private readonly Dictionary<(int Client, int Node), List<(long Ticks, bool Value)>> unhindered = [];

    internal void Usable(int client, int service, int site, bool value) => Note(usable, (client, service, site), value);

    internal void Unhindered(int client, int node, bool value) => Note(unhindered, (client, node), value);

    /// <summary>Null when the client could use the service there at that time; else since when it could not.</summary>
    public long? UnusableSince(int client, int service, int site, long atTicks) => FalseSince(usable, (client, service, site), atTicks);

    /// <summary>The client's questions to that node, and its answers, met neither a fault of the network nor one of the node, all the time between.</summary>
    public bool WasUnhindered(int client, int node, long fromTicks, long toTicks)
    {
        lock (gate)
        {
            var log = unhindered[(client, node)];
            var index = log.FindLastIndex(entry => entry.Ticks <= fromTicks);
            return index >= 0 && log[index].Value && log.Skip(index + 1).TakeWhile(entry => entry.Ticks <= toTicks).All(entry => entry.Value);
        }
    }

    private long? FalseSince<TKey>(Dictionary<TKey, List<(long Ticks, bool Value)>> logs, TKey key, long atTicks) where TKey : notnull
    {
        lock (gate)
        {
            var log = logs[key];
            var index = log.FindLastIndex(entry => entry.Ticks <= atTicks);
            return index < 0 || log[index].Value ? null : log[index].Ticks;
        }
    }

    private void Note<TKey>(Dictionary<TKey, List<(long Ticks, bool Value)>> logs, TKey key, bool value) where TKey : notnull
    {
        lock (gate)
        {
            if (!logs.TryGetValue(key, out var log)) logs[key] = log = [];
            if (log.Count == 0 || log[^1].Value != value) log.Add((Stopwatch.GetTimestamp(), value));
        }
    }
}
