using Pointsman.Model;

namespace Pointsman.Dssp.Transport;

/// <summary>A token bucket: so much a second, and a burst. Any thread: of two streams of one peer each reads in its own.</summary>
internal sealed class Bucket(double perSecond, double burst)
{
    private readonly Lock gate = new();
    private double spent;
    private Instant? at;

    public bool TryTake(double amount, Instant now)
    {
        lock (gate)
        {
            if (at is { } last && now > last) spent = Math.Max(0, spent - ((now - last).TotalSeconds * perSecond));
            if (at is null || now > at) at = now;
            if (spent + amount > burst) return false;
            spent += amount;
            return true;
        }
    }
}
