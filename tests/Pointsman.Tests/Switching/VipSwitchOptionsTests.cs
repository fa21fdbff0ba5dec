using Pointsman.Switching;

namespace Pointsman.Tests.Switching;

public sealed class VipSwitchOptionsTests
{
    [Fact]
    [Trait("rfc", "5382 §5")]
    public void Unless_told_otherwise_an_idle_session_lives_as_long_as_a_middlebox_owes_it()
    {
        var options = new VipSwitchOptions();
        Assert.True(options.SessionIdleTimeout >= new TimeSpan(2, 4, 0), $"established: {options.SessionIdleTimeout}");
        Assert.True(options.HalfClosedIdleTimeout >= TimeSpan.FromMinutes(4), $"closing: {options.HalfClosedIdleTimeout}");
    }
}
