namespace Pointsman.Node.Admin;

/// <summary>One decision and its whole trace, made by the stages that decide.</summary>
internal sealed record ExplainView
{
    public required string Service { get; init; }

    /// <summary>As asked: the service's own name, or SITE.SERVICE.</summary>
    public required string Name { get; init; }

    /// <summary>A, AAAA or HTTPS.</summary>
    public required string Type { get; init; }
    public required string Client { get; init; }

    /// <summary>The client cut to the scope: everyone in it gets the same sites.</summary>
    public required string ClientPrefix { get; init; }
    public required string? Country { get; init; }

    /// <summary>That geography used; null = none.</summary>
    public required string? Region { get; init; }

    /// <summary>The table that the place comes from; null when none mentions the address.</summary>
    public required string? PlaceSource { get; init; }
    public required PlaceView Place { get; init; }
    public required int Class { get; init; }
    public required int Scope { get; init; }
    public required uint TtlSeconds { get; init; }

    /// <summary>answer, stale, nodata, staticonly, notready, nosite.</summary>
    public required string Verdict { get; init; }

    /// <summary>How many of <see cref="Sites"/> one answer names.</summary>
    public required int Answered { get; init; }

    /// <summary>Of the service's policy: tiers in order, then weights.</summary>
    public required IReadOnlyList<string> Metrics { get; init; }

    /// <summary>Those in the answer first, then the others that these clients may be handed to.</summary>
    public required IReadOnlyList<ExplainedSiteView> Sites { get; init; }

    /// <summary>Every other site of the service.</summary>
    public required IReadOnlyList<ExcludedSiteView> Excluded { get; init; }

    /// <summary>Every site of the service by name, with all that was known of it.</summary>
    public required IReadOnlyList<CandidateView> Candidates { get; init; }
    public required IReadOnlyList<TraceLineView> Trace { get; init; }
    public required ExplainSnapshotView Snapshot { get; init; }
}

internal sealed record ExplainedSiteView(string Site, IReadOnlyList<string> Vips, long Weight, double Share);

internal sealed record ExcludedSiteView(string Site, string Stage, string Reason);

internal sealed record TraceLineView(string Stage, string Text);

/// <summary>How the client's address became a place.</summary>
/// <param name="Known">False: no geography for this client.</param>
/// <param name="Name">What the record calls the network.</param>
/// <param name="Source">The table that says so.</param>
/// <param name="Provenance">Of which date and content it is, and whose network the address is in where a table says so.</param>
/// <param name="Prefix">All of it is in this place by the same record.</param>
/// <param name="Carried">The client's IPv6 address carries an IPv4 address (6to4, NAT64, Teredo), and that one was looked up.</param>
internal sealed record PlaceView(
    bool Known, string? Country, string? Continent, string? Region, double? Latitude, double? Longitude, string? Name, string? Source, string? Provenance, string Prefix, bool Carried);

/// <param name="Asked">The past instant asked for; null = now.</param>
/// <param name="AgeSeconds">How long before it the snapshot was made: nothing later and not after it is kept.</param>
/// <param name="Site">The site of the node whose snapshot it is.</param>
/// <param name="Configuration">Digest of the configuration in force then.</param>
internal sealed record ExplainSnapshotView(long Id, DateTimeOffset Time, DateTimeOffset? Asked, double? AgeSeconds, string Site, string Configuration);

internal sealed record CandidateView
{
    public required string Site { get; init; }

    /// <summary>answered; eligible = another turn's; out.</summary>
    public required string Outcome { get; init; }

    /// <summary>Where it went out; null when it did not.</summary>
    public required string? Stage { get; init; }
    public required string? Reason { get; init; }

    /// <summary>Of this client class's turns, 0 to 1.</summary>
    public required double Share { get; init; }

    /// <summary>Within its tier.</summary>
    public required long Weight { get; init; }

    /// <summary>Of the users whose turn it would be, the part that it takes, 0 to 1.</summary>
    public required double Admit { get; init; }

    /// <summary>1 the best; null = a restriction forbids it.</summary>
    public required int? Tier { get; init; }

    /// <summary>Why in that tier; empty when nothing sorts into tiers.</summary>
    public required string Where { get; init; }

    /// <summary>The site of the node that decided.</summary>
    public required bool Self { get; init; }
    public required CandidateTableView Table { get; init; }

    /// <summary>By tester: the other configured sites.</summary>
    public required IReadOnlyDictionary<string, SightingView> SeenBy { get; init; }

    /// <summary>This node's own probes, live; null for its own site.</summary>
    public required SightingView? SeenByMe { get; init; }
    public required IReadOnlyList<CandidateVipView> Vips { get; init; }
}

/// <summary>The site's line of the hand-off table, the same at every node.</summary>
/// <param name="State">up, unmeasured, full, down, downbyownword, overloaded, draining, disabled, held, leaving, seenoverloaded, forceddown, forcedup.</param>
/// <param name="Rule">weights, or capacity for a service at few sites.</param>
/// <param name="VotesDown">Of the observers, those that see it down; enough of them take it out for everybody.</param>
/// <param name="Vote">How many are enough: majority, any or all.</param>
internal sealed record CandidateTableView(long Weight, double Share, string State, string? Reason, string Rule, int SiteWeight, int VotesDown, int Observers, string Vote);

/// <param name="State">unknown, up, suspect, down, overloaded, disabled.</param>
/// <param name="AgeSeconds">Since the last probe.</param>
/// <param name="Place">In the tester's published order, 1 the best.</param>
/// <param name="Points">What that place is worth.</param>
/// <param name="Reason">The last reply and its time, or why it failed.</param>
/// <param name="Votes">It counts as an observer.</param>
/// <param name="Fresh">The tester's word still holds.</param>
/// <param name="HeardSecondsAgo">Since the tester's last word; null = it never spoke.</param>
internal sealed record SightingView(
    string State, double? Milliseconds, double? AgeSeconds, int? Place, int Points, string? Reason, bool Votes, bool Fresh, double? HeardSecondsAgo)
{
    /// <summary>Of this node's own probes: how often it came and went lately.</summary>
    public int? Flaps { get; init; }

    /// <summary>For so long still it is held down for that; null = it is not.</summary>
    public double? HeldForSeconds { get; init; }

    /// <summary>false: it does not look: in a large mesh some of the others do.</summary>
    public bool? Probes { get; init; }

    /// <summary>From before the last restart: no probe has ended since.</summary>
    public bool? Remembered { get; init; }
}

/// <param name="Live">It may be answered.</param>
/// <param name="Condition">As its site says; null = it says nothing fresh.</param>
/// <param name="Admit">0 to 1, as published.</param>
/// <param name="AgeSeconds">Since it said so.</param>
/// <param name="Fresh">Its load still counts.</param>
internal sealed record CandidateVipView(
    string Address, bool Live, string? Condition, int? Connections, int? TargetConnections, int? MaxConnections, double? Admit, int? ServersUp, int? Servers, double? AgeSeconds, bool Fresh);
