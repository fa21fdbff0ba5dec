using System.Collections.Immutable;
using System.Net;
using Pointsman.Model;

namespace Pointsman.Policy.Plans;

/// <summary>One row of a <see cref="ServicePlan"/>: a site and what to say when it is chosen.</summary>
/// <param name="Vips">Those that are up for me; all of them when none is (a stale answer names it all the same).</param>
/// <param name="Addresses">The distinct addresses of <paramref name="Vips"/>: all are answered [S1].</param>
/// <param name="IsLive">Some VIP is up for me.</param>
public sealed record PlannedSite(Site Site, ImmutableArray<Vip> Vips, ImmutableArray<IPAddress> Addresses, bool IsLive);

/// <summary>A site that the down-budget keeps.</summary>
/// <param name="Reason">What says that it is down.</param>
public readonly record struct KeptSite(Site Site, string Reason);
