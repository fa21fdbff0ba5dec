using Pointsman.Fuzz.StateProtocol;

namespace Pointsman.Tests.Dssp;

/// <summary>A slice of the fuzzing of frames with a fixed seed: <c>tests/Pointsman.Fuzz --lives</c> runs as much more as one likes.</summary>
public sealed class HostileFrameTests
{
    [Fact]
    public void Hostile_frames_move_nothing_but_their_senders_own_column()
    {
        var trial = new FrameTrial(seed: 20261127);
        for (var life = 0; life < 20; life++) trial.Run(life);
        // Neither all refused nor all let through: else this tests nothing.
        Assert.InRange(trial.Read, trial.Frames / 5, trial.Frames - 1);
        Assert.InRange(trial.Accepted, trial.Frames / 40, trial.Frames);
    }
}
