using Pointsman.Dns.Transport;

namespace Pointsman.Tests.Dns.Transport;

public sealed class StalledMemoryTests
{
    [Fact]
    public void What_is_taken_stays_within_the_bound_and_comes_back()
    {
        var memory = new StalledMemory(100);
        Assert.True(memory.TryTake(60));
        Assert.False(memory.TryTake(41));
        Assert.True(memory.TryTake(40));
        Assert.Equal(100, memory.Bytes);
        memory.Give(60);
        Assert.True(memory.TryTake(41));
        memory.Give(41);
        memory.Give(40);
        Assert.Equal(0, memory.Bytes);
    }
}
