using Pointsman.Health;
using Pointsman.Model;

namespace Pointsman.Node.Admin;

// Part of the API's contract: add, never rename.

/// <summary>What this node's own probes say of one target, beside its state and average.</summary>
/// <param name="DeviationMilliseconds">Mean absolute deviation, averaged as the time itself.</param>
/// <param name="ConnectMilliseconds">Until the connection stood; null where it was not timed. <paramref name="FirstByteMilliseconds"/>: from then to the first byte.</param>
/// <param name="LastMilliseconds">The last whole probe; null when it failed.</param>
/// <param name="Samples">Successful probes in the averages.</param>
/// <param name="AgeSeconds">Since the last probe ended; null when none has.</param>
/// <param name="Flaps">How often it came up and went down again, what was long ago forgiven.</param>
/// <param name="HeldUntil">It is held down until then, however well its probes go.</param>
/// <param name="Remembered">From before the last restart: no probe has ended since.</param>
internal sealed record ProbeView(
    double? DeviationMilliseconds, double? ConnectMilliseconds, double? FirstByteMilliseconds, double? LastMilliseconds, long Samples, double? AgeSeconds, int Flaps, DateTimeOffset? HeldUntil, bool Remembered)
{
    public static ProbeView Of(Observation seen, Snapshot snapshot) => new(
        seen.Samples > 0 ? NodeViews.Millis(seen.DeviationMicros) : null,
        seen.ConnectMicros > 0 ? NodeViews.Millis(seen.ConnectMicros) : null,
        seen.FirstByteMicros > 0 ? NodeViews.Millis(seen.FirstByteMicros) : null,
        NodeViews.Millis(seen.LastMicros),
        seen.Samples,
        seen.State == HealthState.Unknown && seen.Reason.Length == 0 ? null : Math.Round(Math.Max(0, (snapshot.Now - seen.MeasuredAt).TotalSeconds), 1),
        seen.Flaps,
        seen.HeldUntil is { } until ? snapshot.Time + (until - snapshot.Now) : null,
        seen.IsRemembered);
}

/// <summary>One real server of an own VIP.</summary>
/// <param name="Reason">The last reply and its time, or why it failed.</param>
internal sealed record ServerView(string Address, string Seen, double? Milliseconds, string? Reason, ProbeView Probe)
{
    public static ServerView Of(Endpoint address, Observation seen, Snapshot snapshot) => new(
        address.ToString(), NodeViews.Word(seen.State), seen.Samples > 0 ? NodeViews.Millis(seen.ResponseMicros) : null, seen.Reason.Length > 0 ? seen.LastReply : null, ProbeView.Of(seen, snapshot));
}

/// <summary>All that this node probes.</summary>
/// <param name="Targets">VIPs of other sites and own real servers; what is disabled is not among them.</param>
/// <param name="Questions">What is asked: targets whose question is the same are probed once.</param>
/// <param name="WantedPerSecond">Probes that the intervals ask for.</param>
/// <param name="Stretch">By how much <c>health.probesPerSecond</c> stretches every interval; 1 = not at all.</param>
/// <param name="States">How many VIPs of other sites are in each state.</param>
internal sealed record ProbesView(int Targets, int Questions, double WantedPerSecond, double Stretch, IReadOnlyDictionary<string, int> States)
{
    public static ProbesView Of(ProbeScheduler probes, Snapshot snapshot) => new(
        probes.Counts.Targets,
        probes.Counts.Questions,
        Math.Round(probes.Wanted, 2),
        Math.Round(probes.Stretch, 3),
        snapshot.Mine.Values.GroupBy(seen => seen.State).OrderBy(group => group.Key).ToDictionary(group => NodeViews.Word(group.Key), group => group.Count()));
}
