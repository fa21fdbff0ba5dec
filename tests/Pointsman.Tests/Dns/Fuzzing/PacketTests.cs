using Pointsman.Dns.Answering;
using Pointsman.Fuzz;

namespace Pointsman.Tests.Dns.Fuzzing;

/// <summary>
/// A slice of the fuzzing campaign with fixed seeds: <c>tests/Pointsman.Fuzz</c> runs as much more as one likes. Each failure names the seed and
/// the packet, and the command that makes it again.
/// </summary>
public sealed class PacketTests
{
    [Theory]
    [InlineData(20261126)]
    [InlineData(1)]
    public void Hostile_packets_are_answered_as_the_slow_reference_says(ulong seed)
    {
        var trial = new Trial(seed);
        for (var world = 0; world < 20; world++) trial.RunWorld(world);
        // A campaign that misses a kind of ending tests nothing there; a defect would fail it.
        foreach (var outcome in Enum.GetValues<QueryOutcome>()) Assert.Equal(outcome == QueryOutcome.Defect, trial.Outcomes[(int)outcome] == 0);
        Assert.True(trial.Truncated > 0 && trial.Packets == 20 * Trial.PacketsPerWorld);
    }
}
