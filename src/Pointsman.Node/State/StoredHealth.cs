using System.Collections.Immutable;
using Pointsman.Health;
using Pointsman.Model;

namespace Pointsman.Node.State;

/// <summary>What is kept of one target over a restart. By names, not ids: a configuration may have changed meanwhile. Times as ages: the monotonic clock begins anew.</summary>
internal sealed record StoredHealth
{
    // A reason is at most 200 characters; what is longer was not written by this program.
    private const int MostReason = 400;

    public string Service { get; init; } = "";
    public string Site { get; init; } = "";
    public string Vip { get; init; } = "";

    /// <summary>A real server of an own VIP; null = the VIP itself.</summary>
    public string? Server { get; init; }
    public string State { get; init; } = "";
    public long ResponseMicros { get; init; }
    public long DeviationMicros { get; init; }
    public long ConnectMicros { get; init; }
    public long FirstByteMicros { get; init; }
    public long ThroughputBytesPerSecond { get; init; }
    public long Samples { get; init; }
    public long MeasuredAgeMicros { get; init; }
    public long? SampledAgeMicros { get; init; }
    public string Reason { get; init; } = "";
    public long? LastMicros { get; init; }
    public int FailuresInRow { get; init; }
    public int SuccessesInRow { get; init; }
    public int RefusalsInRow { get; init; }
    public int Downs { get; init; }
    public long? QuietAgeMicros { get; init; }
    public long? HeldForMicros { get; init; }

    /// <summary>Null for a target that the configuration does not name any more, and for one of which nothing is known.</summary>
    public static StoredHealth? Of(Cluster cluster, TargetKey key, TrackedHealth health, Instant now)
    {
        if (health.State is HealthState.Unknown or HealthState.Disabled) return null;
        if (cluster.FindService(key.Vip.Service) is not { } service || cluster.FindSite(key.Vip.Site) is not { } site) return null;
        var seen = health.Observation;
        return new StoredHealth
        {
            Service = service.Name,
            Site = site.Name,
            Vip = key.Vip.Address.ToString(),
            Server = key.Server?.ToString(),
            State = seen.State.ToString(),
            ResponseMicros = seen.ResponseMicros,
            DeviationMicros = seen.DeviationMicros,
            ConnectMicros = seen.ConnectMicros,
            FirstByteMicros = seen.FirstByteMicros,
            ThroughputBytesPerSecond = seen.ThroughputBytesPerSecond,
            Samples = seen.Samples,
            MeasuredAgeMicros = now.Micros - seen.MeasuredAt.Micros,
            SampledAgeMicros = now.Micros - health.SampledAt?.Micros,
            Reason = seen.Reason,
            LastMicros = seen.LastMicros,
            FailuresInRow = health.FailuresInRow,
            SuccessesInRow = health.SuccessesInRow,
            RefusalsInRow = health.RefusalsInRow,
            Downs = health.Downs,
            QuietAgeMicros = now.Micros - health.QuietSince?.Micros,
            HeldForMicros = seen.HeldUntil?.Micros - now.Micros,
        };
    }

    /// <summary>Null when it is of nothing that the configuration names, or says what cannot be.</summary>
    /// <param name="savedAgo">By the wall clock, which may have been set meanwhile: 0 or more, whatever it says.</param>
    public (TargetKey Key, TrackedHealth Health)? Restore(Cluster cluster, Instant now, TimeSpan savedAgo)
    {
        if (Service is null || Site is null || Vip is null || State is null || Reason is not { Length: <= MostReason }) return null;
        if (cluster.FindService(Service) is not { } service || cluster.FindSite(Site) is not { } site || !Endpoint.TryParse(Vip, out var address)) return null;
        if (!Enum.TryParse<HealthState>(State, out var state) || state is not (HealthState.Up or HealthState.Suspect or HealthState.Down or HealthState.Overloaded)) return null;
        if (Math.Min(Math.Min(ResponseMicros, DeviationMicros), Math.Min(ThroughputBytesPerSecond, Samples)) < 0 || Math.Min(ConnectMicros, FirstByteMicros) < 0) return null;
        Endpoint? server = null;
        if (Server is not null)
        {
            if (!Endpoint.TryParse(Server, out var parsed)) return null;
            server = parsed;
        }

        var key = new TargetKey(new VipKey(service.Id, site.Id, address), server);
        var heldFor = HeldForMicros is { } left ? left - savedAgo.Ticks / TimeSpan.TicksPerMicrosecond : 0;
        return (key, new TrackedHealth
        {
            Observation = new Observation
            {
                Vip = key.Vip,
                // A suspicion is settled within a second or not at all: what is left of it is that it was up.
                State = state == HealthState.Suspect ? HealthState.Up : state,
                ResponseMicros = ResponseMicros,
                DeviationMicros = DeviationMicros,
                ConnectMicros = ConnectMicros,
                FirstByteMicros = FirstByteMicros,
                ThroughputBytesPerSecond = ThroughputBytesPerSecond,
                Samples = Samples,
                MeasuredAt = Ago(MeasuredAgeMicros),
                Reason = Reason,
                LastMicros = LastMicros,
                Flaps = Math.Max(0, Downs - 1),
                HeldUntil = heldFor > 0 && state == HealthState.Down ? now + TimeSpan.FromMicroseconds(Math.Min(heldFor, MostHeld.TotalMicroseconds)) : null,
                IsRemembered = true,
            },
            FailuresInRow = Math.Clamp(FailuresInRow, 0, 1000),
            SuccessesInRow = Math.Clamp(SuccessesInRow, 0, 1000),
            RefusalsInRow = Math.Clamp(RefusalsInRow, 0, 1000),
            SampledAt = SampledAgeMicros is { } sampled ? Ago(sampled) : null,
            Downs = Math.Clamp(Downs, 0, 30),
            QuietSince = QuietAgeMicros is { } quiet ? Ago(quiet) : null,
        });

        Instant Ago(long micros) => now + -(savedAgo + TimeSpan.FromMicroseconds(Math.Clamp(micros, 0, MostAge.TotalMicroseconds)));
    }

    // Longer than any hold can be configured to be, and than any age matters.
    private static TimeSpan MostHeld => TimeSpan.FromHours(24);
    private static TimeSpan MostAge => TimeSpan.FromDays(30);
}

/// <summary>All of a node's targets, to the file and back.</summary>
internal static class StoredTargets
{
    /// <summary>More than any configuration has; a longer list is not ours.</summary>
    public const int Most = 200_000;

    public static ImmutableArray<StoredHealth> Of(Cluster cluster, IEnumerable<(TargetKey Key, TrackedHealth Health)> board, Instant now) =>
        [.. board.Select(one => StoredHealth.Of(cluster, one.Key, one.Health, now)).OfType<StoredHealth>()];

    public static IEnumerable<(TargetKey Key, TrackedHealth Health)> Restore(ImmutableArray<StoredHealth> stored, Cluster cluster, Instant now, TimeSpan savedAgo)
    {
        var ago = savedAgo < TimeSpan.Zero ? TimeSpan.Zero : savedAgo;
        foreach (var one in stored)
        {
            if (one?.Restore(cluster, now, ago) is { } known) yield return known;
        }
    }
}
