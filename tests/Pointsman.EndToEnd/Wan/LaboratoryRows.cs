using Pointsman.Wan.Network;

namespace Pointsman.EndToEnd.Wan;

/// <summary>
/// The one gate of all tests that need network namespaces: where they cannot be made, a theory has a single row, which is skipped and says why, in place
/// of all its rows. So a machine without root misses two tests, not thirty.
/// </summary>
internal static class LaboratoryRows
{
    public static IEnumerable<TheoryDataRow<string>> Of(IEnumerable<string> names)
        => WanSupport.WhyNot is { } why ? [new TheoryDataRow<string>("(none)") { Skip = $"no laboratory here: {why}" }] : names.Select(name => new TheoryDataRow<string>(name));
}
