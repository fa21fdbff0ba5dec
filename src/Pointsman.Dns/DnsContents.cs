using Pointsman.Dns.Dynamic;
using Pointsman.Dns.Zones;

namespace Pointsman.Dns;

/// <summary>
/// All that is answered from, immutable. Published as one reference, so that a query sees zones, dynamic names and settings of one moment.
/// </summary>
/// <param name="Zones">The static zones.</param>
/// <param name="Dynamic">The names whose addresses are chosen per client; null = none.</param>
public sealed record DnsContents(ZoneSet Zones, IDynamicAnswers? Dynamic = null)
{
    public static DnsContents Empty { get; } = new(new ZoneSet([]));

    /// <summary>How it is answered.</summary>
    public AnswerSettings Settings { get; init; } = AnswerSettings.Default;

    internal DynamicNames Names { get; } = DynamicNames.Of(Dynamic?.Names);
}
