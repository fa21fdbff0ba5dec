using Pointsman.Model;

namespace Pointsman.Lab.Load;

/// <summary>One thing that happens.</summary>
/// <param name="At">Since the end of the warm-up.</param>
/// <param name="Words">As an operator would say it, for the timeline.</param>
public sealed record Happening(TimeSpan At, string Words, IChange Change)
{
    /// <summary>Until it has wholly happened: what settles cannot do so before.</summary>
    public TimeSpan Lasts => Change is DemandTo demand ? demand.Over : TimeSpan.Zero;
}

/// <summary>What changes in the world, or in the configuration.</summary>
public interface IChange;

/// <summary>The whole site goes dark, node, VIPs and line; or is lit again.</summary>
public sealed record SiteDark(SiteId Site, bool IsDark) : IChange;

/// <summary>Its real servers fail, or an operator drains it; the node lives and says so.</summary>
public sealed record SiteCondition(SiteId Site, VipCondition Condition) : IChange;

/// <summary>Its servers take so much longer to answer than they should; zero = cured.</summary>
public sealed record SiteSlow(SiteId Site, TimeSpan Extra) : IChange;

/// <summary>Packets from the one to the other are lost, or pass again; the other direction is its own.</summary>
public sealed record WayCut(SiteId From, SiteId To, bool IsCut) : IChange;

/// <summary>A region's users become as many a second, evenly over a time.</summary>
public sealed record DemandTo(int Region, double UsersPerSecond, TimeSpan Over) : IChange;

/// <summary>A new configuration is applied at every node, as a reload does: capacity, policy, TTL.</summary>
public sealed record ConfigurationTo(Func<Cluster, Cluster> Next) : IChange;
