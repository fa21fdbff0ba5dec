namespace Pointsman.Policy.Tables;

/// <summary>
/// A site's observers are the other sites with a fresh column; more than half of them take it out for everybody [S9]. The rule "any
/// observer" was tried: with one link cut it loses a healthy site everywhere. An observer that thinks itself cut off is not counted at
/// all [S10]. A site is down for an observer when all its addresses are [S1].
/// </summary>
internal readonly record struct Vote(int Down, int Observers)
{
    public bool IsMajority => Down * 2 > Observers;

    public static Vote On(int row, ServiceRows rows, ColumnSet columns)
    {
        int down = 0, observers = 0;
        foreach (var column in columns.All)
        {
            if (column.Site == rows.Sites[row].Id || column.State.VotesMuted) continue;
            observers++;
            if (column.Rows(rows).Down[row]) down++;
        }
        return new Vote(down, observers);
    }
}
