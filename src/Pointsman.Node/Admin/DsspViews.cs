namespace Pointsman.Node.Admin;

/// <summary>Everything that this node says and hears by DSSP.</summary>
internal sealed record DsspView
{
    public required string Site { get; init; }

    /// <summary>Protocol versions spoken, as lowest–highest.</summary>
    public required string Versions { get; init; }
    public required CertificateView? Certificate { get; init; }
    public required IReadOnlyList<CertificateView> Authorities { get; init; }
    public required DsspCountersView Counters { get; init; }

    /// <summary>This site's last published word; null while it has not spoken.</summary>
    public required WordView? Word { get; init; }
    public required IReadOnlyDictionary<string, DsspPeerView> Peers { get; init; }
}

/// <param name="Fingerprint">SHA-256 of the certificate, as <c>dssp.revoked</c> takes it.</param>
internal sealed record CertificateView(string Subject, string Issuer, DateTimeOffset NotAfter, string Fingerprint);

internal sealed record DsspCountersView(long StreamsOpened, long StreamsClosed, long StreamsRefused, long ConnectionsRefused, long CertificatesRefused, long FramesCorrupt);

internal sealed record DsspPeerView
{
    /// <summary>A stream is up and both Hellos are through; says nothing of the site's health [P5.6].</summary>
    public required bool Connected { get; init; }
    public required int Version { get; init; }
    public required StreamView? Stream { get; init; }
    public required string ConfigurationDigest { get; init; }
    public required long ConfigurationGeneration { get; init; }
    public required bool ConfigurationDiffers { get; init; }

    /// <summary>Where its tables come of other words than this node's; null = nowhere, or it does not tell.</summary>
    public required string? ColumnsDiffer { get; init; }

    /// <summary>A service of which it makes another table of the same words.</summary>
    public required string? OtherTable { get; init; }
    public required long FramesReceived { get; init; }
    public required long StatesAccepted { get; init; }
    public required long StatesOld { get; init; }
    public required long UpdatesSent { get; init; }
    public required long EventsSent { get; init; }

    /// <summary>What cost it its stream, by reason.</summary>
    public required IReadOnlyDictionary<string, long> Refused { get; init; }
    public required RefusalView? LastRefusal { get; init; }

    /// <summary>Incarnation.sequence of every site that it remembered in its last Hello.</summary>
    public required IReadOnlyDictionary<string, string> Remembers { get; init; }

    /// <summary>Its last word; null while it has not spoken.</summary>
    public required WordView? Word { get; init; }
}

/// <param name="DialledBy">The site that began it.</param>
/// <param name="Overtaken">States that a newer one overtook before the peer had taken them: it reads slowly.</param>
internal sealed record StreamView(string Remote, string DialledBy, DateTimeOffset Since, long BytesIn, long BytesOut, long Overtaken, CertificateView? Certificate);

internal sealed record RefusalView(string Reason, string Text, double SecondsAgo);

/// <summary>One state, all of it.</summary>
internal sealed record WordView
{
    public required ulong Incarnation { get; init; }
    public required ulong Sequence { get; init; }
    public required ulong Edition { get; init; }
    public required bool Event { get; init; }
    public required IReadOnlyList<string> Reasons { get; init; }
    public required double AgeSeconds { get; init; }

    /// <summary>Null = until the next word.</summary>
    public required double? ValiditySeconds { get; init; }

    /// <summary>Null = no periodic words to this node.</summary>
    public required double? PeriodSeconds { get; init; }
    public required bool Fresh { get; init; }
    public required bool CapacityFresh { get; init; }
    public required string ConfigurationDigest { get; init; }
    public required long ConfigurationGeneration { get; init; }
    public required string SelfReport { get; init; }
    public required bool VotesMuted { get; init; }
    public required long MemoryFreeBytes { get; init; }
    public required int Sessions { get; init; }
    public required IReadOnlyList<WordVipView> Vips { get; init; }
    public required IReadOnlyList<WordObservationView> Observations { get; init; }

    /// <summary>By service: sites, best first.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Orders { get; init; }
    public required IReadOnlyList<WordOverrideView> Overrides { get; init; }

    /// <summary>Incarnation.edition by site of what its tables are made of; null where it does not tell.</summary>
    public required IReadOnlyDictionary<string, string>? Columns { get; init; }

    /// <summary>The digest of its table by service.</summary>
    public required IReadOnlyDictionary<string, string>? Tables { get; init; }
}

internal sealed record WordVipView(string Service, string Address, string Condition, int Connections, int? MaxConnections, int? TargetConnections, int ServersUp, int Servers, double Admits);

internal sealed record WordObservationView(string Service, string Site, string Address, string State, double? Milliseconds, double? DeviationMilliseconds, long BytesPerSecond, long Samples, double AgeSeconds, string? Reply);

internal sealed record WordOverrideView(string Site, string? Service, string Kind, string Who, string Why, DateTimeOffset Since, DateTimeOffset? Until, bool Signed);
