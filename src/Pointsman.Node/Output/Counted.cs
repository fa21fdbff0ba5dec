namespace Pointsman.Node.Output;

/// <summary>A number and what it counts: "1 zone", "2 zones".</summary>
internal static class Counted
{
    /// <param name="count">How many.</param>
    /// <param name="what">The word for one, whose plural is made with an s.</param>
    public static string Of(int count, string what) => FormattableString.Invariant($"{count} {what}{(count == 1 ? "" : "s")}");
}
