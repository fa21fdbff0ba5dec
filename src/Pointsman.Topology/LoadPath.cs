using System.Runtime.CompilerServices;

namespace Pointsman.Topology;

/// <summary>
/// What runs once a row or a range while a table is read. Code with 128-bit numbers is left out when the program is compiled ahead of time, and the
/// runtime compiles it quickly and badly at first; half a million rows would be read before it finds out that they were many.
/// </summary>
internal static class LoadPath
{
    /// <summary>For <see cref="MethodImplAttribute"/>: compile it well the first time. Never on the query path, where the runtime does better by watching.</summary>
    public const MethodImplOptions FastAtOnce = MethodImplOptions.AggressiveOptimization;
}
