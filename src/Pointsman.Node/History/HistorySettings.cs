namespace Pointsman.Node.History;

/// <summary>The section <c>history</c>: how long and in how many octets past snapshots are kept.</summary>
/// <param name="Keep">Null = none is kept.</param>
/// <param name="Bytes">Of all files together; the oldest go first.</param>
internal sealed record HistorySettings(TimeSpan? Keep, long Bytes)
{
    public static HistorySettings Default { get; } = new(TimeSpan.FromHours(24), 64_000_000);
}
