using System.Collections.Immutable;
using Pointsman.Model;

namespace Pointsman.Policy.Publishing;

/// <summary>
/// Does this go to and fro? Counts turning points after swings of a tenth or more; three within six windows are an oscillation: whatever the model
/// of the plant was, it is wrong, and steps are halved, up to three times. Six quiet windows double them again. Immutable.
/// </summary>
internal readonly record struct Swings(int Extreme, int Direction, ImmutableArray<Instant> Turns, int Damping, Instant DampedAt)
{
    public const int Least = VipReport.AdmitAll / 10;
    private const int Many = 3;
    private const int Windows = 6;
    public const int MostDamping = 3;

    public static readonly Swings None = new(VipReport.AdmitAll, 0, [], 0, default);

    public bool IsOscillating => Damping > 0;

    public Swings Next(int value, Instant now, TimeSpan window)
    {
        var next = this;
        if ((value - Extreme) * Direction >= 0 && Direction != 0) next = next with { Extreme = value };
        else if (Math.Abs(value - Extreme) >= Least)
        {
            // The first swing has no turning point behind it.
            ImmutableArray<Instant> turns = Direction == 0 ? [] : [.. Turns.Where(turn => now - turn <= window * Windows), now];
            next = next with { Extreme = value, Direction = Math.Sign(value - Extreme), Turns = turns };
        }
        if (next.Turns.Length >= Many) return next with { Turns = [], Damping = Math.Min(MostDamping, Damping + 1), DampedAt = now };
        var quietSince = next.Turns.IsEmpty ? next.DampedAt : next.Turns[^1];
        if (next.Damping > 0 && now - quietSince > window * Windows) return next with { Damping = Damping - 1, DampedAt = now, Turns = [] };
        return next;
    }
}
