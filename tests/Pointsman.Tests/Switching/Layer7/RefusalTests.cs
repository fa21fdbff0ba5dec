using Pointsman.Model;
using Pointsman.Switching.Layer7;

namespace Pointsman.Tests.Switching.Layer7;

/// <summary>Every cell of the table in Refusal.cs.</summary>
public sealed class RefusalTests
{
    [Theory]
    [Trait("mission", "P6.8")]
    [InlineData(true, DropWhen.Never, true, RefusalStep.Read)]
    [InlineData(false, DropWhen.Never, true, RefusalStep.ServeOn)]
    [InlineData(false, DropWhen.Never, false, RefusalStep.Read)]
    [InlineData(false, DropWhen.WhenNothingHasRoom, true, RefusalStep.Read)]
    [InlineData(false, DropWhen.Always, true, RefusalStep.Read)]
    internal void First(bool redirect, DropWhen drop, bool serverUp, RefusalStep step) => Assert.Equal(step, Refusal.First(redirect, drop, serverUp));

    [Theory]
    [Trait("mission", "P6.8")]
    [InlineData(true, DropWhen.Never, true, true, RefusalStep.Redirect)]
    [InlineData(true, DropWhen.Never, true, false, RefusalStep.ServeOn)]
    [InlineData(true, DropWhen.Never, false, false, RefusalStep.Unavailable)]
    [InlineData(true, DropWhen.WhenNothingHasRoom, true, true, RefusalStep.Redirect)]
    [InlineData(true, DropWhen.WhenNothingHasRoom, true, false, RefusalStep.Unavailable)]
    [InlineData(true, DropWhen.Always, true, true, RefusalStep.Unavailable)]
    [InlineData(false, DropWhen.Never, true, true, RefusalStep.ServeOn)]
    [InlineData(false, DropWhen.WhenNothingHasRoom, true, true, RefusalStep.Unavailable)]
    internal void Http(bool redirect, DropWhen drop, bool serverUp, bool canRedirect, RefusalStep step)
        => Assert.Equal(step, Refusal.Http(redirect, drop, serverUp, canRedirect));

    [Theory]
    [Trait("mission", "P6.7")]
    [InlineData(DropWhen.Never, true, RefusalStep.ServeOn, RefusalStep.ServeOn)]
    [InlineData(DropWhen.Never, false, RefusalStep.Unavailable, RefusalStep.Reset)]
    [InlineData(DropWhen.WhenNothingHasRoom, true, RefusalStep.Unavailable, RefusalStep.Reset)]
    [InlineData(DropWhen.Always, true, RefusalStep.Unavailable, RefusalStep.Reset)]
    internal void Nowhere_to_go(DropWhen drop, bool serverUp, RefusalStep http, RefusalStep other)
    {
        Assert.Equal(http, Refusal.NoTarget(drop, serverUp));
        Assert.Equal(other, Refusal.NotHttp(drop, serverUp));
    }
}
