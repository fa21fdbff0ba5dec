using Pointsman.Wan.Cluster;

namespace Pointsman.Wan.Faults;

/// <summary>Something that goes wrong in a laboratory, and how it is mended. The same for the tests, which ask what is believed meanwhile, and for the long runs, which count what it costs.</summary>
/// <param name="Name">As in docs/explanation/partitions.md.</param>
/// <param name="StrikeAsync">Done when it is there; for faults that go on by themselves, when they are over.</param>
/// <param name="HealAsync">Done when all is mended; what the nodes make of that takes its time.</param>
public sealed record Fault(string Name, Func<Laboratory, Task> StrikeAsync, Func<Laboratory, Task> HealAsync);
