using System.Collections.Immutable;
using Pointsman.Model;

namespace Pointsman.Policy.Tables;

/// <summary>
/// A site's observers are the other sites with a fresh column that probe it; enough of them take it out for everybody [S9]: more than half, or what
/// <c>policy.vote</c> says. "Any" is for who would rather lose a site than a user: with one link cut it loses a healthy site everywhere. An observer that thinks itself cut off is not counted at
/// all [S10]. A site is down for an observer when all its addresses are [S1]. One that answers, and asks for no more users, is not down; nor is one that an
/// operator has disabled.
/// </summary>
/// <param name="Overloaded">Of the observers, those that see it overloaded.</param>
internal readonly record struct Vote(int Down, int Observers, int Overloaded = 0)
{
    /// <summary>Enough see it down. Whom nobody observes nobody takes out, whatever the rule.</summary>
    public bool TakesOut(VoteRule rule) => TakesOut(rule, Down, Observers);

    public static bool TakesOut(VoteRule rule, int down, int observers) => rule switch
    {
        VoteRule.Any => down > 0,
        VoteRule.All => down > 0 && down == observers,
        _ => down * 2 > observers,
    };

    /// <summary>By row.</summary>
    /// <param name="read">What each of the columns says of the service, in their order.</param>
    public static ImmutableArray<Vote> All(ServiceRows rows, ColumnSet columns, ReadOnlySpan<ColumnRows> read)
    {
        var (down, overloaded) = (new int[rows.Count], new int[rows.Count]);
        var observers = new int[rows.Count];
        for (var index = 0; index < read.Length; index++)
        {
            if (columns.All[index].State.VotesMuted) continue;
            var own = rows.IndexOf(columns.All[index].Site);
            for (var row = 0; row < down.Length; row++)
            {
                if (row == own || read[index].Sees[row] is not { } seen) continue;
                observers[row]++;
                if (seen == HealthState.Down) down[row]++;
                if (seen == HealthState.Overloaded) overloaded[row]++;
            }
        }
        var votes = ImmutableArray.CreateBuilder<Vote>(down.Length);
        for (var row = 0; row < down.Length; row++) votes.Add(new Vote(down[row], observers[row], overloaded[row]));
        return votes.MoveToImmutable();
    }
}
