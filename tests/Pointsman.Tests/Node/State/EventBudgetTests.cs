using Pointsman.Model;
using Pointsman.Node.State;

namespace Pointsman.Tests.Node.State;

public sealed class EventBudgetTests
{
    [Fact]
    public void Some_lines_at_once_then_one_in_a_while_with_how_many_were_kept_back()
    {
        var budget = new EventBudget(10, TimeSpan.FromSeconds(10));
        var now = new Instant(0);
        Assert.Equal(10, Enumerable.Range(0, 500).Count(_ => budget.MayTell(2, "site-restarted", now, out long _)));
        Assert.True(budget.MayTell(3, "site-restarted", now, out _));
        Assert.True(budget.MayTell(2, "self-report", now, out _));
        Assert.True(budget.MayTell(2, "site-restarted", now + TimeSpan.FromSeconds(10), out var kept));
        Assert.Equal(490, kept);
        Assert.False(budget.MayTell(2, "site-restarted", now + TimeSpan.FromSeconds(11), out _));
    }
}
