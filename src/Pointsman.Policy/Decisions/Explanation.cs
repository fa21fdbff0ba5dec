using System.Collections.Immutable;
using Pointsman.Model;
using Pointsman.Topology;

namespace Pointsman.Policy.Decisions;

/// <summary>A decision with its reasons, made by the very stages that decide: what <c>explain</c> prints.</summary>
public sealed record Explanation
{
    public required Service Service { get; init; }
    public required Client Client { get; init; }

    /// <summary>The client cut to the scope: everyone in it gets this answer.</summary>
    public required Client ClientPrefix { get; init; }

    public required PlaceMatch Place { get; init; }

    /// <summary>The region that geography used; null = none [S13].</summary>
    public required string? Region { get; init; }

    public required Decision Decision { get; init; }

    /// <summary>Every site that this client may be handed to, the turn's first: of these an answer holds the first <see cref="Decision.Count"/>. A redirect has one or none.</summary>
    public required ImmutableArray<ExplainedSite> Sites { get; init; }

    /// <summary>Every other site of the service, with the stage that took it out.</summary>
    public required ImmutableArray<ExcludedSite> Excluded { get; init; }

    /// <summary>All of the service's sites by name, each with all that was known of it.</summary>
    public ImmutableArray<ExplainedCandidate> Candidates { get; init; } = [];
    public required ImmutableArray<TraceLine> Trace { get; init; }
    public required long SnapshotId { get; init; }
    public required DateTimeOffset SnapshotTime { get; init; }
}

/// <param name="Vips">Those that are up.</param>
/// <param name="Weight">What its share was made of: the product of the weights, after spill-over.</param>
/// <param name="Share">Of this client class's turns, 0 to 1.</param>
public readonly record struct ExplainedSite(Site Site, ImmutableArray<Endpoint> Vips, long Weight, double Share);

public readonly record struct ExcludedSite(Site Site, string Stage, string Reason);

public readonly record struct TraceLine(string Stage, string Text);
