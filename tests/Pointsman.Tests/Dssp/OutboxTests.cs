using Pointsman.Dssp;
using Pointsman.Dssp.Transport;

namespace Pointsman.Tests.Dssp;

public sealed class OutboxTests
{
    [Fact]
    public async Task A_slow_peer_gets_the_Hello_and_then_the_newest_state_alone()
    {
        var outbox = new Outbox();
        outbox.Put(DsspFrame.Of(TestMesh.State(1, 1)));
        outbox.Put(DsspFrame.Of(TestMesh.HelloOf(1)));
        for (var sequence = 2UL; sequence <= 100_000; sequence++) outbox.Put(DsspFrame.Of(TestMesh.State(1, sequence)));

        Assert.NotNull((await outbox.TakeAsync(TestContext.Current.CancellationToken)).Hello);
        Assert.Equal(100_000UL, (await outbox.TakeAsync(TestContext.Current.CancellationToken)).State!.Sequence);

        // What was taken counts as written once the next is asked for.
        Assert.False(outbox.IsEmpty);
        var next = outbox.TakeAsync(TestContext.Current.CancellationToken);
        Assert.True(outbox.IsEmpty);
        Assert.False(next.IsCompleted);
        outbox.Put(DsspFrame.Of(TestMesh.State(1, 100_001)));
        Assert.Equal(100_001UL, (await next).State!.Sequence);
    }
}
