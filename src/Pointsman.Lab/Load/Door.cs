using Pointsman.Model;

namespace Pointsman.Lab.Load;

/// <summary>
/// One site's VIP as its users meet it: connections that begin and end, at most so many at once. Ends are kept as counts by the second, so that a
/// million sessions cost a million additions and no queue.
/// </summary>
internal sealed class Door(int? max)
{
    /// <summary>Sessions longer than this end here: exponentially distributed ones reach it once in e^20.</summary>
    public const int LongestSeconds = 20 * 3600;

    private readonly int[] ends = new int[LongestSeconds];

    public int? Max { get; set; } = max;
    public int Active { get; private set; }
    public bool IsFull => Active >= Max;

    /// <summary>Everybody who ever came, those that were turned away included.</summary>
    public long Arrived { get; private set; }

    /// <summary>Those who were turned away.</summary>
    public long Refused { get; private set; }

    /// <summary>False when it can take no more.</summary>
    public bool TryEnter(int second, int seconds)
    {
        Arrived++;
        if (IsFull)
        {
            Refused++;
            return false;
        }
        Active++;
        ends[(second + Math.Clamp(seconds, 1, LongestSeconds - 1)) % LongestSeconds]++;
        return true;
    }

    /// <summary>To be called once a second, in order.</summary>
    public void Leave(int second)
    {
        var slot = second % LongestSeconds;
        Active -= ends[slot];
        ends[slot] = 0;
    }

    /// <summary>The site went dark: whoever was connected is not.</summary>
    public int Drop()
    {
        var dropped = Active;
        Active = 0;
        Array.Clear(ends);
        return dropped;
    }

    public VipReport Report(Vip vip, VipCondition condition) => new()
    {
        Vip = vip.Key,
        Condition = condition == VipCondition.Up && IsFull ? VipCondition.Full : condition,
        ConnectionsActive = Active,
        ConnectionsMax = Max,
        ServersUp = condition == VipCondition.Down ? 0 : 1,
        ServersTotal = 1,
    };
}
