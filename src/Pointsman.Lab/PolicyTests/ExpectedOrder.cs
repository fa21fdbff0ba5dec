using System.Collections.Immutable;
using Pointsman.Model;

namespace Pointsman.Lab.PolicyTests;

/// <summary>
/// Whether an order as an operator wrote it is the beginning of an order of groups. Sites of one group may stand in any order, but all of them before the
/// next group's first:
/// <code>
///   groups  {a b} {c}       a, b, c   b, a   a          are its beginnings
///                           c   a, c   a, b, c, d       are not
/// </code>
/// </summary>
public static class ExpectedOrder
{
    /// <summary>Null when it is; else the place in <paramref name="expected"/>, from 0, of the first site that is wrong.</summary>
    public static int? FirstWrong(ImmutableArray<SiteId> expected, ImmutableArray<ImmutableArray<SiteId>> groups)
    {
        var (group, used) = (0, 0);
        for (var place = 0; place < expected.Length; place++)
        {
            if (group < groups.Length && used == groups[group].Length) (group, used) = (group + 1, 0);
            if (group >= groups.Length || !groups[group].Contains(expected[place]) || expected.AsSpan(0, place).Contains(expected[place])) return place;
            used++;
        }
        return null;
    }
}
