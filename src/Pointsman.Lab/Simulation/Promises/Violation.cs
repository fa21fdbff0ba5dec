using System.Globalization;
using Pointsman.Model;

namespace Pointsman.Lab.Simulation.Promises;

/// <summary>Something that happened against what is promised.</summary>
/// <param name="At">Virtual time.</param>
/// <param name="Step">What was being done to the cluster.</param>
/// <param name="Promise">In words.</param>
/// <param name="What">Who did what.</param>
public sealed record Violation(Instant At, string Step, string Promise, string What)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"at {At.Micros / 1e6:0.000} s{(Step.Length > 0 ? $", {Step}" : "")}: {What} ({Promise})");
}
