using System.Collections.Immutable;
using System.Globalization;
using Pointsman.Model;

namespace Pointsman.Lab.Scenarios;

/// <summary>
/// One fault of a random schedule, as the numbers that were drawn for it, and then as the line that somebody could have written. Any numbers make a line, so
/// that whatever draws them (a seed here, a property test there) needs to know nothing of faults.
/// </summary>
/// <param name="Kind">Which fault; those that are likelier in life stand more often in the list.</param>
/// <param name="One">A site.</param>
/// <param name="Other">Another one, or the same.</param>
/// <param name="Size">How much of it, 0 to 999.</param>
/// <param name="GapMilliseconds">Until the next.</param>
public readonly record struct Draw(int Kind, int One, int Other, int Size, int GapMilliseconds)
{
    /// <summary>Kinds are 0 to this, exclusive.</summary>
    public const int Kinds = 25;

    public const int Sizes = 1000;

    private static readonly string[] conditions = [.. Enum.GetNames<VipCondition>().Select(name => name.ToLowerInvariant())];

    public static Draw From(Random random, int sites, TimeSpan gap)
    {
        ArgumentNullException.ThrowIfNull(random);
        return new Draw(random.Next(Kinds), random.Next(sites), random.Next(sites), random.Next(Sizes), random.Next(1, Math.Max(2, (int)gap.TotalMilliseconds)));
    }

    /// <summary>The fault, and the time after it.</summary>
    public ImmutableArray<string> Lines(ImmutableArray<string> sites) => [Fault(sites), string.Create(CultureInfo.InvariantCulture, $"run {GapMilliseconds}ms")];

    private string Fault(ImmutableArray<string> sites)
    {
        var one = sites[One % sites.Length];
        // A fault between a site and itself is one with its neighbour.
        var other = sites[(Other % sites.Length) == (One % sites.Length) ? (One + 1) % sites.Length : Other % sites.Length];
        if (sites.Length == 1 && Kind < 8) return "heal";
        return Kind switch
        {
            0 or 1 => $"cut {one}>{other}",
            2 => $"cut {one} {other}",
            3 => $"cut {one} {other} probes",
            4 => $"cut {one} {other} words",
            5 => string.Create(CultureInfo.InvariantCulture, $"flap {one} {other} {200 + (Size * 10)}ms"),
            6 or 7 => $"heal {one} {other}",
            8 => "heal",
            9 => $"kill {one}",
            10 or 11 => $"revive {one}{Memory}",
            12 => $"stop {one}",
            13 or 14 => $"restart {one}{Memory}",
            15 or 16 => $"vip {one} {conditions[Size % conditions.Length]}",
            17 => $"vip {one} up",
            18 => string.Create(CultureInfo.InvariantCulture, $"weather loss={Size / 2000.0:0.###} duplication={Size % 100 / 200.0:0.###} jitter={Size * 3}ms"),
            19 => "weather",
            20 => string.Create(CultureInfo.InvariantCulture, $"load {one} {(Size < 300 ? 0 : Size + 100)}"),
            21 => Size % 2 == 0 ? $"silent {one}" : $"heard {one}",
            22 => string.Create(CultureInfo.InvariantCulture, $"slow {one} {(Size < 300 ? 0 : Size)}ms"),
            23 => Size % 2 == 0 ? $"version {one} 1" : $"version {one} 1-2",
            _ => Size % 2 == 0 ? string.Create(CultureInfo.InvariantCulture, $"drift {one} {(Size - 500) / 100.0:0.##}%") : string.Create(CultureInfo.InvariantCulture, $"clock {one} {(Size > 500 ? "" : "-")}{Size}s"),
        };
    }

    private string Memory => (Size % 3) switch { 0 => "", 1 => " forgetful", _ => " diskless" };
}
