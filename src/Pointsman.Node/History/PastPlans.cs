using System.Globalization;
using Pointsman.Node.Output;
using Pointsman.Policy.Plans;

namespace Pointsman.Node.History;

/// <summary>A plan of the past, or why there is none.</summary>
/// <param name="Remark">What is not as it was then; empty when all is.</param>
/// <param name="IsBusy">Another one is being made; asking again later helps.</param>
/// <param name="Instant">As it was understood.</param>
internal sealed record PastPlan(Plan? Plan, string Remark, string Why, DateTimeOffset Instant = default, bool IsBusy = false);

/// <summary>
/// Compiles past snapshots again: the same code over the facts of then. That may read megabytes and take a second where a cluster is large, so one is made
/// at a time, apart from whatever answers queries, and the last one is remembered as long as memory allows: who asks of one client asks of the next.
/// </summary>
internal sealed class PastPlans(SnapshotHistory history, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(5);

    // A clock beside this node's may be a little ahead.
    private static readonly TimeSpan tolerance = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim one = new(1, 1);
    private readonly WeakReference<Plan?> last = new(null);

    /// <param name="current">The plan and the tables in force.</param>
    public async Task<PastPlan> AtAsync(string at, Plan current, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        if (!PastTime.TryParse(at, now, out var instant)) return Not($"must be {PastTime.Words}, was '{Printable.Line(at)}'; {Range(now)}");
        if (instant > now + tolerance) return Not($"{Format(instant)} is yet to come; {Range(now)}");
        if (!await one.WaitAsync(patience, stop)) return new PastPlan(null, "", "another past instant is being worked out; ask again in a moment", IsBusy: true);
        try
        {
            return await Task.Factory.StartNew(() => Make(instant, now, current), stop, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        catch (InvalidDataException error)
        {
            return Not($"what was kept of {Format(instant)} is damaged ({error.Message}) and was set aside; {Range(now)}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Not($"what was kept of {Format(instant)} cannot be read: {error.Message}");
        }
        finally
        {
            one.Release();
        }
    }

    private PastPlan Make(DateTimeOffset instant, DateTimeOffset now, Plan current)
    {
        if (history.At(instant) is not { } past) return Not($"nothing is kept from {Format(instant)}; {Range(now)}");
        var places = past.Places ?? current.Places;
        var remark = past.Places is not null || past.PlacesDigest == current.Places.Digest
            ? ""
            : $"the geography tables of then (digest {past.PlacesDigest![..Math.Min(12, past.PlacesDigest!.Length)]}) are not kept: places are by today's";
        if (last.TryGetTarget(out var known) && known!.Snapshot.Id == past.Snapshot.Id && known.Snapshot.Time == past.Snapshot.Time && ReferenceEquals(known.Places, places))
            return new PastPlan(known, remark, "", instant);
        // The current plan only lends its tables of client classes, which the rules and the places alone decide.
        var plan = Plan.Compile(past.Snapshot, places, ReferenceEquals(places, current.Places) ? current : null);
        last.SetTarget(plan);
        return new PastPlan(plan, remark, "", instant);
    }

    /// <summary>For whoever asked for a time that is not kept.</summary>
    public string Range(DateTimeOffset now) => history.Oldest is { } oldest && oldest <= now
        ? $"kept is {Format(oldest)} to {Format(now)}"
        : "nothing is kept (history.keep)";

    private static PastPlan Not(string why) => new(null, "", why);

    private static string Format(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public void Dispose() => one.Dispose();
}
