using System.Collections.Immutable;
using Pointsman.Model;
using Pointsman.Node.Configuration;

namespace Pointsman.Node.State;

/// <summary>Tells of operators' orders as they come into force and end, and reminds of the forced ones that somebody may have forgotten.</summary>
internal sealed class OverrideDiary(EventLog log, Func<OverrideKey, string> nameOf)
{
    /// <summary>A force that is older is told of once more: an alarm.</summary>
    public static readonly TimeSpan ForgottenAfter = TimeSpan.FromDays(1);

    // A site may order something of itself and of each of its services in one word; one that does it with every word is not well.
    private readonly EventBudget budget = new(OverrideLimits.ServicesOfASite + 1, TimeSpan.FromSeconds(10));
    private readonly HashSet<Override> reminded = [];
    private ImmutableArray<Override> told = [];

    /// <param name="known">All of them, the lifted ones too: who lifted an order is told with its end.</param>
    public void InForce(Cluster cluster, ImmutableArray<Override> inForce, OverrideSet known, Instant at)
    {
        foreach (var gone in told.Where(old => inForce.All(now => now.Key != old.Key)))
        {
            var lifted = known[gone.Key] is { Kind: OverrideKind.Clear } clear && clear.Stamp > gone.Stamp ? clear : null;
            Tell(gone.Key, gone.Kind == OverrideKind.Drain ? "undrained" : "force-over", lifted is not null ? $"{Word(gone.Kind)} no more: lifted by {lifted}" : $"{Word(gone.Kind)} no more: the order of {gone} has ended");
        }

        foreach (var order in inForce.Where(now => !told.Contains(now)))
        {
            var kind = order.Kind switch { OverrideKind.Drain => "drained", OverrideKind.ForceUp => "forced-up", _ => "forced-down" };
            Tell(order.Key, kind, $"{Word(order.Kind)} by {order}{(order.IsSigned ? ", signed" : "")}");
        }

        told = inForce;
        reminded.RemoveWhere(old => !inForce.Contains(old));

        void Tell(OverrideKey key, string kind, string text)
        {
            if (budget.MayTell(key.Site.Value, kind, at, out var kept)) Say(cluster, key, kind, kept == 0 ? text : $"{text} (and {kept} more of its kind were not told)");
        }
    }

    /// <summary>From time to time: a forced site is easily forgotten.</summary>
    public void Remind(Cluster cluster, DateTimeOffset now)
    {
        foreach (var order in told)
        {
            if (order.Kind == OverrideKind.Drain || now - order.Since < ForgottenAfter || !reminded.Add(order)) continue;
            Say(cluster, order.Key, "alarm", $"{Word(order.Kind)} for {Duration.Format(TimeSpan.FromHours(Math.Floor((now - order.Since).TotalHours)))} now, by {order}: is that still wanted? 'pointsman force clear {nameOf(order.Key)}' ends it");
        }
    }

    private void Say(Cluster cluster, OverrideKey key, string kind, string text) =>
        log.Add(kind, $"{nameOf(key)} is {text}", cluster.FindSite(key.Site)?.Name, key.Service is { } service ? cluster.FindService(service)?.Name : null);

    private static string Word(OverrideKind kind) => kind switch { OverrideKind.Drain => "drained", OverrideKind.ForceUp => "FORCED UP", OverrideKind.ForceDown => "FORCED DOWN", _ => "as it is" };
}
