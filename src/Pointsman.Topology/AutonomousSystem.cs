namespace Pointsman.Topology;

/// <summary>Whose network an address is in. It gives no place by itself; a row of the subscribers table may give one to all of a system's addresses.</summary>
/// <param name="Number">1 to 4,294,967,295.</param>
/// <param name="Organisation">What the table calls its holder; null when it does not say.</param>
/// <param name="Origin">The table that says so.</param>
public sealed record AutonomousSystem(uint Number, string? Organisation, TableOrigin Origin)
{
    public override string ToString() => Organisation is null ? $"AS{Number}" : $"AS{Number} ({Organisation})";
}
