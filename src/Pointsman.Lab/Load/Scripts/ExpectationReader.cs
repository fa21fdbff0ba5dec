using System.Collections.Immutable;
using System.Globalization;
using Pointsman.Model;

namespace Pointsman.Lab.Load.Scripts;

/// <summary>
/// What is expected:
/// <code>
/// expect stable                                everything that is promised of load, by the scenario's own TTL and interval
/// expect overload within 3m                    the longest time above 110 % of a maximum while another site has room
/// expect settled within 4m                     after everything that happens
/// expect swing below 10%                       of any site's share, once settled
/// expect dead-answers within 20s               after a site's death none names it
/// expect lost below 2%     refused below 1%    of all users
/// expect share NAME above 20% [at 15m]         of the users sent there: at a time, or throughout
/// expect offered NAME below 110% [at 15m]      offered load, of its maximum
/// </code>
/// </summary>
internal sealed class ExpectationReader(LoadScenario scenario)
{
    private readonly List<Expectation> expectations = [];

    public ImmutableArray<Expectation> All() => [.. expectations];

    public void Read(Statement statement)
    {
        statement.TryTake("expect");
        var what = statement.TakeOneOf("what is expected", "stable", "overload", "settled", "swing", "dead-answers", "lost", "refused", "share", "offered");
        switch (what)
        {
            case null: return;
            case "stable": Add(statement, "stable", Stable); break;
            case "overload": Within(statement, what, result => LoadMeasures.LongestOverload(result).Length); break;
            case "settled": Within(statement, what, LongestConvergence); break;
            case "dead-answers": Within(statement, what, result => result.LastDeadAnswer); break;
            case "swing": Below(statement, what, result => Phases(result).Select(phase => phase.Swing.Points).DefaultIfEmpty().Max()); break;
            case "lost": Below(statement, what, result => (double)result.UsersLost / Math.Max(1, result.Users)); break;
            case "refused": Below(statement, what, result => (double)result.UsersRefused / Math.Max(1, result.Users)); break;
            default: OfSite(statement, what); break;
        }
        statement.End();
    }

    private static ImmutableArray<Phase> Phases(LoadOutcome result) => LoadMeasures.Phases(result, Stability.LongestConvergence(result.Scenario));

    private static TimeSpan LongestConvergence(LoadOutcome result) => Phases(result).Select(phase => phase.Convergence ?? TimeSpan.Zero).DefaultIfEmpty().Max();

    private static Verified Stable(LoadOutcome result)
    {
        var wrong = Stability.Check(result);
        return new Verified(wrong.Count == 0, wrong.Count == 0 ? "all that is promised holds" : string.Join("; ", wrong));
    }

    private void Within(Statement statement, string what, Func<LoadOutcome, TimeSpan> measure)
    {
        if (statement.TakeOneOf("how long", "within") is null || statement.TakeValue<TimeSpan>("how long", Values.Duration, Values.DurationForm) is not { } most) return;
        Add(statement, $"{what} within {Stability.Words(most)}", result => measure(result) is var measured ? new Verified(measured <= most, Stability.Words(measured)) : default);
    }

    private void Below(Statement statement, string what, Func<LoadOutcome, double> measure)
    {
        if (statement.TakeOneOf("how much", "below") is null || statement.TakeValue<double>("how much", Values.Percent, Values.PercentForm) is not { } limit) return;
        Add(statement, $"{what} below {Percent(limit)}", result => measure(result) is var measured ? new Verified(measured < limit, Percent(measured)) : default);
    }

    private void OfSite(Statement statement, string what)
    {
        if (statement.Take("the site's name") is not { } name || SiteNames.Find(scenario, statement, name) is not { } site) return;
        var side = statement.TakeOneOf("how much", "above", "below");
        // An offered load may be more than all of a site.
        var limit = statement.TakeValue<double>("how much", what == "offered" ? Multiple : Values.Percent, Values.PercentForm);
        TimeSpan? at = null;
        if (statement.TryTake("at"))
        {
            at = statement.TakeValue<TimeSpan>("the time", Values.Duration, Values.DurationForm);
            if (at >= scenario.Duration) statement.Fail(statement.Whole, $"is expected after the end: the duration is {Stability.Words(scenario.Duration)}");
        }
        if (side is null || limit is not { } bound) return;
        var text = $"{what} {site} {side} {Percent(bound)}{(at is { } time ? $" at {Stability.Words(time)}" : "")}";
        Add(statement, text, result => CheckSite(result, site, what, side == "above", bound, at));
    }

    private static Verified CheckSite(LoadOutcome result, Site site, string what, bool above, double bound, TimeSpan? at)
    {
        var index = result.Sites.IndexOf(site);
        double Measure(int second) => what == "share" ? result.ShareAt(index, second) : result.OfferedAt(index, second) / (result.MaxAt(index, second) ?? double.PositiveInfinity);
        if (at is { } time) return Measure((int)time.TotalSeconds) is var then ? new Verified(above ? then > bound : then < bound, Percent(then)) : default;
        var all = Enumerable.Range(0, result.Seconds).Select(Measure);
        var worst = above ? all.Min() : all.Max();
        return new Verified(above ? worst > bound : worst < bound, Percent(worst));
    }

    private static bool Multiple(string text, out double part)
    {
        part = 0;
        if (!text.EndsWith('%') || !double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent)) return false;
        part = percent / 100;
        return part is >= 0 and <= 100;
    }

    private static string Percent(double part) => string.Create(CultureInfo.InvariantCulture, $"{100 * part:0.##}%");

    private void Add(Statement statement, string text, Func<LoadOutcome, Verified> check) => expectations.Add(new Expectation(statement.Number, text, check));
}
