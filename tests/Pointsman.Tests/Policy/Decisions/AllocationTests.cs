using System.Net;
using Pointsman.Model;
using Pointsman.Policy.Decisions;

namespace Pointsman.Tests.Policy.Decisions;

public sealed class AllocationTests
{
    [Theory]
    [InlineData(TurnKind.Rotate)]
    [InlineData(TurnKind.Sticky)]
    public void A_hundred_thousand_decisions_allocate_nothing(TurnKind kind)
    {
        var world = World.FiveContinents();
        world.Policy = world.Policy with { Turn = kind };
        world.Shape = service => service with { Answers = 3 };
        var plan = world.Plan("paris");
        var cursors = new TurnCursors(9);
        var clients = new[] { "193.0.6.139", "10.0.0.1", "211.123.11.20", "2001:67c:2e8::1" }.Select(text => Client.From(IPAddress.Parse(text))).ToArray();
        SiteId[] visited = [world.Id("tokyo")];
        var sum = 0;
        void Run(int count)
        {
            for (var query = 0; query < count; query++)
            {
                var client = clients[query % clients.Length];
                sum += Decider.Decide(plan, 0, client, cursors.Next((AddressKind)(query % 3), new Instant(query * 1000L)))[0];
                sum += Decider.Decide(plan, 0, client, new Arrival(world.Id("paris"), visited)).Count;
            }
        }

        // Long enough for the compiler to have replaced its first code. On a busy machine it does so later and may allocate here: what the
        // decision itself allocates it allocates in every round.
        Run(50_000);
        Assert.Contains(0, Enumerable.Range(0, 3).Select(_ => Allocated(() => Run(100_000))));
        Assert.NotEqual(0, sum);
    }

    private static long Allocated(Action run)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        run();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
