using System.Collections.Immutable;
using Pointsman.Lab.PolicyTests;
using Pointsman.Model;

namespace Pointsman.Tests.Lab.PolicyTests;

public sealed class ExpectedOrderTests
{
    private static ImmutableArray<SiteId> Sites(string letters) => [.. letters.Select(letter => new SiteId(letter))];

    [Theory]
    [InlineData("", null, "nothing is the beginning of everything")]
    [InlineData("a", null, "a prefix is enough")]
    [InlineData("b", null, "of a group in any order")]
    [InlineData("ab", null, "a whole group")]
    [InlineData("ba", null, "in any order")]
    [InlineData("bac", null, "the whole order")]
    [InlineData("c", 0, "the second group first")]
    [InlineData("ac", 1, "before its predecessors are all named")]
    [InlineData("aa", 1, "a site twice")]
    [InlineData("abb", 2, "a site again in the next group's place")]
    [InlineData("abcd", 3, "one more than there are")]
    [InlineData("x", 0, "one that is nowhere")]
    public void An_order_is_held_against_groups(string expected, int? wrong, string why)
        => Assert.True(ExpectedOrder.FirstWrong(Sites(expected), [Sites("ab"), Sites("c")]) == wrong, why);
}
