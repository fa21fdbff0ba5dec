using Pointsman.Switching.Layer4;

namespace Pointsman.Tests.Switching.Layer4;

/// <summary>How many descriptors sessions may take, and when a node has too few to start.</summary>
public sealed class DescriptorLimitTests
{
    [Theory]
    [InlineData(256, 2, "fewer than the node itself needs")]
    [InlineData(512, 2, "just what it needs")]
    [InlineData(1024, 384, "a small limit")]
    [InlineData(20_000, 16_988, "a container's")]
    [InlineData(524_288, 458_240, "a service manager's")]
    public void Sessions_leave_the_node_what_it_needs(long limit, int sessions, string _) => Assert.Equal(sessions, DescriptorLimit.Of(limit));

    [Theory]
    [InlineData(256L, true)]
    [InlineData(511L, true)]
    [InlineData(512L, false)]
    [InlineData(null, false)]
    public void A_node_with_too_few_is_told_so(long? limit, bool refused) => Assert.Equal(refused, DescriptorLimit.Fault(limit) is not null);
}
