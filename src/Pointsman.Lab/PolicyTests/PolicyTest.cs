using System.Collections.Immutable;
using System.Net;
using Pointsman.Model;

namespace Pointsman.Lab.PolicyTests;

/// <summary>What an operator expects of a policy, for one client under given circumstances. Of all that is expected each must hold.</summary>
public sealed record PolicyTest
{
    /// <summary>Empty = it has none; it is then known by what it says.</summary>
    public string Name { get; init; } = "";

    public required IPAddress Client { get; init; }

    /// <summary>Null = it holds for every service.</summary>
    public ServiceId? Service { get; init; }

    public ImmutableArray<SiteId> Down { get; init; } = [];
    public ImmutableArray<SiteId> Full { get; init; } = [];

    /// <summary>The user stands at this site, which hands on; null = a DNS answer.</summary>
    public SiteId? ArrivedAt { get; init; }

    /// <summary>The sites that the client is handed to, one after another as each fails, or the first of them; null = not said.</summary>
    public ImmutableArray<SiteId>? Expect { get; init; }

    /// <summary>No site at all: NODATA, or no redirect.</summary>
    public bool ExpectNothing { get; init; }

    /// <summary>Sites that the client never gets, whatever else fails.</summary>
    public ImmutableArray<SiteId> Never { get; init; } = [];

    /// <summary>The ECS scope of the answer; null = not said.</summary>
    public int? Scope { get; init; }
}
