namespace Pointsman.Node.Admin;

// What the API answers and the commands print with -o json: one shape for both. Keys are a contract; add, never rename.

/// <summary>The hand-off table of one service: Table III, live.</summary>
/// <param name="Digest">Equal at every node that computes from the same columns [S7].</param>
/// <param name="Rule"><c>weights</c>, or <c>capacity</c> for a service at few sites [S6].</param>
internal sealed record TableView(string Service, string Digest, string Rule, IReadOnlyDictionary<string, TableRowView> Sites);

/// <param name="Share">Of all hand-offs, 0 to 1, four decimals.</param>
/// <param name="State">up, unmeasured, full, down, kept, held, overloaded, draining, disabled, leaving, forced-down, forced-up.</param>
/// <param name="Reason">Why it stands so; null when it is simply up.</param>
internal sealed record TableRowView(long Weight, double Share, string State, string? Reason);

/// <summary>The response-time matrix of one service: Table I, live. Cells by site tested, then by tester.</summary>
internal sealed record MatrixView(string Service, IReadOnlyDictionary<string, IReadOnlyDictionary<string, MatrixCellView>> Cells);

/// <param name="Milliseconds">Time-weighted average of a whole probe; null when it is down or was never reached.</param>
/// <param name="State">unknown, up, suspect, down, overloaded, disabled.</param>
/// <param name="AgeSeconds">Since the last probe; null when there was none.</param>
internal sealed record MatrixCellView(double? Milliseconds, string State, double? AgeSeconds);

internal sealed record StatusView
{
    public required string Site { get; init; }
    public required string Node { get; init; }
    public required string Version { get; init; }
    public required bool Ready { get; init; }

    /// <summary>More than half of the other sites fail for this node at once: its votes are muted [S10].</summary>
    public required bool Isolated { get; init; }
    public required double UptimeSeconds { get; init; }
    public required SnapshotView Snapshot { get; init; }
    public required ConfigurationView Configuration { get; init; }

    /// <summary>When this node's DSSP certificate ends; null when it has none.</summary>
    public DateTimeOffset? CertificateEnds { get; init; }
    public required IReadOnlyDictionary<string, ServiceStatusView> Services { get; init; }
    public required IReadOnlyDictionary<string, PeerView> Peers { get; init; }
    public required ProbesView Probes { get; init; }
    public required long Queries { get; init; }

    /// <summary>What queries over UDP took inside the server since the start; null before the first one.</summary>
    public DnsLatencyView? Latency { get; init; }
    public required int Sessions { get; init; }

    /// <summary>Services that this site holds back until <c>policy.failback</c> lets them return.</summary>
    public required IReadOnlyList<string> Held { get; init; }

    /// <summary>Operators' orders in force, about any site.</summary>
    public required IReadOnlyList<OverrideView> Overrides { get; init; }
}

/// <summary>Upper bounds, at most a quarter above the quantile itself.</summary>
internal sealed record DnsLatencyView(double P50Micros, double P99Micros);

internal sealed record SnapshotView(long Id, DateTimeOffset Time);

/// <param name="Generation">The configuration's own number (<c>cluster.generation</c>); 0 = it has none.</param>
/// <param name="Reloads">How many were applied since the node started.</param>
internal sealed record ConfigurationView(string File, string Digest, long Generation, long Reloads);

/// <param name="Digest">Of its hand-off table.</param>
/// <param name="SitesUp">Sites that this node may answer with.</param>
internal sealed record ServiceStatusView(string Digest, int SitesUp, int Sites);

/// <param name="Connected">A DSSP stream is up; says nothing of the site's health [P5.6].</param>
/// <param name="HeardSecondsAgo">Age of the site's last word; null = none yet.</param>
/// <param name="Fresh">By the validity that the word states.</param>
/// <param name="SameConfiguration">Null while unknown.</param>
/// <param name="ConfigurationGeneration">The number of the peer's configuration; 0 = it has none, or it is not known.</param>
/// <param name="SameTables">It computes its tables from the same words as this node, and makes the same of them; null = it does not tell.</param>
/// <param name="CertificateEnds">Of what its stream stands on.</param>
/// <param name="OlderConfiguration">Where they differ, whose is the older: <c>theirs</c> or <c>ours</c>; null = not known.</param>
internal sealed record PeerView(bool Connected, double? HeardSecondsAgo, bool Fresh, ulong? Incarnation, ulong? Sequence, bool? SameConfiguration, long ConfigurationGeneration, string? OlderConfiguration, bool? SameTables, DateTimeOffset? CertificateEnds);

internal sealed record SitesView(string Self, IReadOnlyDictionary<string, SiteView> Sites);

internal sealed record SiteView(int Id, string? Country, string? Region, double? Latitude, double? Longitude, double Cost, string SelfReport, PeerView? Peer, IReadOnlyList<VipView> Vips);

/// <summary>One VIP: what this node sees of it, and what its site says of it.</summary>
internal sealed record VipView
{
    public required string Service { get; init; }
    public required string Address { get; init; }

    /// <summary>As probed from here; null for an own VIP, and for one that this node is no prober of.</summary>
    public string? Seen { get; init; }
    public double? Milliseconds { get; init; }

    /// <summary>The last reply to a probe and its time, or why it failed.</summary>
    public string? Reason { get; init; }

    /// <summary>What else this node's probes say; null for an own VIP, and for one that this node is no prober of.</summary>
    public ProbeView? Probe { get; init; }

    /// <summary>The real servers of an own VIP; null for others'.</summary>
    public IReadOnlyList<ServerView>? RealServers { get; init; }

    /// <summary>What an operator ordered: drain, force-up, force-down; null = nothing.</summary>
    public string? Ordered { get; init; }

    /// <summary>As its own site says; null while it has not spoken.</summary>
    public string? Condition { get; init; }
    public int? Connections { get; init; }
    public int? MaxConnections { get; init; }

    /// <summary>As many as its site wants to have; null = no limit.</summary>
    public int? TargetConnections { get; init; }

    /// <summary>Of the users whose turn it is, the part that its site takes, 0 to 1; null while it has not spoken.</summary>
    public double? Admits { get; init; }
    public int? ServersUp { get; init; }
    public int? Servers { get; init; }
}

internal sealed record EventsView(long Next, IReadOnlyList<EventView> Events);

internal sealed record EventView(long Number, DateTimeOffset Time, string Kind, string? Site, string? Service, string Text);

/// <param name="Released">The services whose users this site takes again.</param>
internal sealed record FailbackView(string Site, IReadOnlyList<string> Released);

internal sealed record ReloadView(bool Applied, string Digest, long Generation, IReadOnlyList<string> Warnings);
