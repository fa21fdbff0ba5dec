using System.Collections.Immutable;
using Pointsman.Model;

namespace Pointsman.Policy.Outlook;

/// <summary>What would be if a site, or what it offers of one service, took no new users.</summary>
public sealed record DrainForecast(OverrideKey Key, ImmutableArray<ServiceForecast> Services)
{
    /// <summary>Nothing speaks against it.</summary>
    public bool IsFine => Services.All(service => service.Concerns.IsEmpty);

    /// <summary>Somebody would get no healthy site: nobody does that by mistake.</summary>
    public bool IsRefused => Services.Any(service => service.Concerns.Any(concern => concern.Refuses));
}

/// <param name="State">The site's own, in the table, now.</param>
/// <param name="Share">Of the turns of those classes that get it at all, 0 to 1; 0 = nobody is handed to it now.</param>
/// <param name="Connections">Its own now, as far as known.</param>
public sealed record ServiceForecast(Service Service, string State, double Share, long Connections, ImmutableArray<OtherSite> Others, ImmutableArray<DrainConcern> Concerns);

/// <summary>Another site of the service, then.</summary>
/// <param name="ShareBefore">Of the turns of those classes that get the drained site, 0 to 1.</param>
/// <param name="Max">Null = without end.</param>
/// <param name="Expected">With its part of the drained site's connections; null = nothing fresh is known of it.</param>
public sealed record OtherSite(Site Site, string State, double ShareBefore, double ShareAfter, long Connections, long? Max, long? Target, long? Expected);

/// <param name="Refuses">The order is not taken without force.</param>
public sealed record DrainConcern(ConcernKind Kind, bool Refuses, string Text);

public enum ConcernKind { NotReady, LastSite, ClientsLeft, OverFull, OverTarget, NoRoom }
