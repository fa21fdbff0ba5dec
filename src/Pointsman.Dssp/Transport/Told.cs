using Pointsman.Model;

namespace Pointsman.Dssp.Transport;

/// <summary>
/// What the operator was told already: the same kind of thing once, and again after a while if it goes on. By kind and not by text, for a text may be
/// of a peer's making, and another one each time. Bounded: past that many kinds, the counters alone speak.
/// </summary>
internal sealed class Told
{
    private const int Kinds = 1024;
    private static readonly TimeSpan again = TimeSpan.FromMinutes(10);
    private readonly Lock gate = new();
    private readonly Dictionary<string, Instant> last = new(StringComparer.Ordinal);

    public bool IsNews(string kind, Instant now)
    {
        lock (gate)
        {
            if (last.TryGetValue(kind, out var before) ? now - before < again : last.Count >= Kinds) return false;
            last[kind] = now;
            return true;
        }
    }
}
