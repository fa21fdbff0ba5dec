using Pointsman.Model;

namespace Pointsman.Health;

/// <summary>One more successful probe in the averages of an observation [S8]: the whole time, its deviation, the phases, and the throughput.</summary>
internal static class Averages
{
    public static Observation With(TrackedHealth tracked, in ProbeResult result, ProbeSettings settings, Instant now)
    {
        var old = tracked.Observation;
        var throughput = result.ThroughputBytesPerSecond;
        if (tracked.SampledAt is not { } sampledAt)
        {
            return old with
            {
                ResponseMicros = result.ElapsedMicros,
                DeviationMicros = 0,
                ConnectMicros = result.ConnectMicros,
                FirstByteMicros = result.FirstByteMicros,
                ThroughputBytesPerSecond = throughput ?? 0,
                Samples = 1,
            };
        }

        var gain = TimeWeightedAverage.Gain(now - sampledAt, settings.Interval);
        var deviation = Math.Abs(result.ElapsedMicros - old.ResponseMicros);
        return old with
        {
            ResponseMicros = TimeWeightedAverage.Step(old.ResponseMicros, result.ElapsedMicros, gain),
            DeviationMicros = TimeWeightedAverage.Step(old.DeviationMicros, deviation, gain),
            ConnectMicros = TimeWeightedAverage.Step(old.ConnectMicros, result.ConnectMicros, gain),
            FirstByteMicros = TimeWeightedAverage.Step(old.FirstByteMicros, result.FirstByteMicros, gain),
            ThroughputBytesPerSecond = throughput is not { } bytes ? old.ThroughputBytesPerSecond
                : old.ThroughputBytesPerSecond == 0 ? bytes
                : TimeWeightedAverage.Step(old.ThroughputBytesPerSecond, bytes, gain),
            Samples = old.Samples + 1,
        };
    }
}
