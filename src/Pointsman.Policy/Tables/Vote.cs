using System.Collections.Immutable;

namespace Pointsman.Policy.Tables;

/// <summary>
/// A site's observers are the other sites with a fresh column; more than half of them take it out for everybody [S9]. The rule "any
/// observer" was tried: with one link cut it loses a healthy site everywhere. An observer that thinks itself cut off is not counted at
/// all [S10]. A site is down for an observer when all its addresses are [S1].
/// </summary>
internal readonly record struct Vote(int Down, int Observers)
{
    public bool IsMajority => Down * 2 > Observers;

    /// <summary>By row.</summary>
    /// <param name="read">What each of the columns says of the service, in their order.</param>
    public static ImmutableArray<Vote> All(ServiceRows rows, ColumnSet columns, ReadOnlySpan<ColumnRows> read)
    {
        var down = new int[rows.Count];
        var observers = new int[rows.Count];
        for (var index = 0; index < read.Length; index++)
        {
            if (columns.All[index].State.VotesMuted) continue;
            var own = rows.IndexOf(columns.All[index].Site);
            for (var row = 0; row < down.Length; row++)
            {
                if (row == own) continue;
                observers[row]++;
                if (read[index].Down[row]) down[row]++;
            }
        }
        var votes = ImmutableArray.CreateBuilder<Vote>(down.Length);
        for (var row = 0; row < down.Length; row++) votes.Add(new Vote(down[row], observers[row]));
        return votes.MoveToImmutable();
    }
}
