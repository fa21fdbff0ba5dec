namespace Pointsman.Model;

/// <summary>
/// The protocol versions that a node speaks, inclusive; of two nodes the highest common one is used. 1 = what the first programs spoke;
/// 2 = besides, the replies of good probes, what the sender computes its tables from, and the configuration's generation. Neither ever
/// changes what a hand-off table is computed from, so that nodes of both in one mesh compute the same [P5.7].
/// </summary>
public readonly record struct DsspVersions(int Lowest, int Highest)
{
    public const int First = 1;
    public const int Newest = 2;

    public static DsspVersions All => new(First, Newest);
}
