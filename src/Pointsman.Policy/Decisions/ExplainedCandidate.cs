using System.Collections.Immutable;
using Pointsman.Model;
using Pointsman.Policy.Tables;

namespace Pointsman.Policy.Decisions;

/// <summary>One site of the service and everything that was known of it when the decision was made: what its line in the table is made of, and what became of it.</summary>
public sealed record ExplainedCandidate
{
    public required Site Site { get; init; }

    /// <summary>The site of the node that decided.</summary>
    public required bool IsSelf { get; init; }

    /// <summary>Its line of the hand-off table: the same at every node [S7].</summary>
    public required HandOffRow Line { get; init; }

    /// <summary>True: the table's weight is free capacity and not points [S6].</summary>
    public required bool ByCapacity { get; init; }

    /// <summary>Observers that see it down, and observers in all [S9].</summary>
    public required int VotesDown { get; init; }
    public required int Observers { get; init; }

    /// <summary>How many of them it takes.</summary>
    public required VoteRule Vote { get; init; }

    /// <summary>Multiplies its points [S3].</summary>
    public required int SiteWeight { get; init; }

    /// <summary>By the configured sites other than itself, in their order.</summary>
    public required ImmutableArray<Sighting> SeenBy { get; init; }

    /// <summary>My own probes, live; null for my own site.</summary>
    public required Sighting? Mine { get; init; }

    public required ImmutableArray<ExplainedVip> Vips { get; init; }

    /// <summary>For this client, 1 the best; null = a restriction forbids it.</summary>
    public required int? Tier { get; init; }

    /// <summary>Why it is in that tier, in words; empty when no metric sorts into tiers.</summary>
    public required string Where { get; init; }

    /// <summary>Of the users whose turn it would be, the part that it takes: 0 to 1.</summary>
    public required double Admit { get; init; }

    /// <summary>Its weight within its tier.</summary>
    public required long Weight { get; init; }

    /// <summary>Of this client class's turns, 0 to 1.</summary>
    public required double Share { get; init; }

    /// <summary>Its place in this answer, 1 the first; null = not in it.</summary>
    public required int? Place { get; init; }

    /// <summary>Where it went out and why; null when it may be handed to.</summary>
    public required ExcludedSite? Out { get; init; }
}

/// <summary>What one site sees of another, and the place that it gave it.</summary>
/// <param name="HeardAge">Since the tester's last word; null = it never spoke, or these are my own probes.</param>
/// <param name="IsFresh">Its word still holds: it has a column in the tables.</param>
/// <param name="Votes">It counts as an observer [S9, S10].</param>
/// <param name="ResponseMicros">Null when the site is down or unknown to the tester.</param>
/// <param name="Age">Since the last probe.</param>
/// <param name="Place">In the tester's published order, 1 the best; null = not in it.</param>
/// <param name="Points">What that place is worth.</param>
/// <param name="Reason">The last reply, or why it failed; empty when the tester does not say.</param>
public readonly record struct Sighting(
    Site Tester, TimeSpan? HeardAge, bool IsFresh, bool Votes, HealthState State, long? ResponseMicros, TimeSpan? Age, int? Place, int Points, string Reason)
{
    /// <summary>How often it came and went lately; for how long still it is held down, null = it is not; and whether no probe has ended since the last restart. Of my own probes only.</summary>
    public int Flaps { get; init; }

    /// <summary>In a large mesh some of the others look, not all.</summary>
    public bool IsNoProber { get; init; }

    /// <inheritdoc cref="Flaps"/>
    public TimeSpan? HeldFor { get; init; }

    /// <inheritdoc cref="Flaps"/>
    public bool IsRemembered { get; init; }
}

/// <summary>One address of a site as its site says of it; of my own as it stands now.</summary>
/// <param name="IsLive">It may be answered: neither my probes nor its site take it out.</param>
/// <param name="Report">Null = nothing fresh is said of it.</param>
/// <param name="Age">Of the report.</param>
/// <param name="IsFresh">Its load still counts [S22].</param>
public readonly record struct ExplainedVip(Endpoint Address, bool IsLive, VipReport? Report, TimeSpan? Age, bool IsFresh);
