using Pointsman.Model;

namespace Pointsman.Dssp;

/// <summary>Who speaks, under which configuration.</summary>
/// <param name="Self">This node's site; must be one of the cluster's.</param>
/// <param name="Incarnation">The greater of the boot time in milliseconds and one more than the last one stored [S21].</param>
/// <param name="Versions">The protocol versions to speak; null = those of the configuration.</param>
public sealed record DsspIdentity(Cluster Cluster, SiteId Self, ulong Incarnation, DsspVersions? Versions = null);
