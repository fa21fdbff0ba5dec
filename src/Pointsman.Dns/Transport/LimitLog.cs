using System.Globalization;
using Pointsman.Dns.Limiting;

namespace Pointsman.Dns.Transport;

/// <summary>Tells the log, once a second and in a few lines, whose rates are limited and where that is over. The workers only leave notes.</summary>
internal sealed class LimitLog : IAsyncDisposable
{
    /// <summary>A flood with many forged sources must not fill the disk: past these, the rest of a second is one line.</summary>
    internal const int LinesPerRound = 10;

    private readonly IReadOnlyList<WorkerContext> _workers;
    private readonly Action<string> _log;
    private readonly Timer _timer;
    private long _untoldBefore;

    public LimitLog(IReadOnlyList<WorkerContext> workers, Action<string> log)
    {
        (_workers, _log) = (workers, log);
        _timer = new Timer(_ => Round(), null, Timeout.Infinite, Timeout.Infinite);
        Again();
    }

    // One round after the other: the notes have one reader.
    private void Again() => _timer.Change(TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);

    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    private void Round()
    {
        try
        {
            _untoldBefore = Tell(_workers.Select(w => w.Episodes).OfType<LimitEpisodes>(), _untoldBefore, _log);
            Again();
        }
        catch (ObjectDisposedException)
        {
            // Stopped in the meantime.
        }
    }

    internal static long Tell(IEnumerable<LimitEpisodes> workers, long untoldBefore, Action<string> log)
    {
        var (lines, more, untold) = (0, 0L, 0L);
        foreach (var episodes in workers)
        {
            untold += episodes.Untold;
            while (episodes.TryRead(out var news))
            {
                if (lines++ < LinesPerRound) log(Text(news));
                else more++;
            }
        }
        more += untold - untoldBefore;
        if (more > 0) log(string.Create(CultureInfo.InvariantCulture, $"rate limit: and {more} more beginnings and ends of limiting, not told one by one"));
        return untold;
    }

    private static string Text(in LimitNews news)
    {
        var what = news.Kind switch
        {
            LimitKind.Answer => "answers to one name",
            LimitKind.Negative => "negative answers",
            LimitKind.Referral => "referrals",
            LimitKind.Error => "errors",
            _ => "responses of all kinds",
        };
        var to = $"rate limit: {what} to {news.Prefix.ToIPAddress()}/{news.Prefix.PrefixLength}";
        if (!news.Ended) return news.LogOnly ? $"{to} are over the rate (logOnly: answered)" : $"{to} are limited";
        return news.LogOnly
            ? string.Create(CultureInfo.InvariantCulture, $"{to}: over after {news.Seconds} s: {news.Dropped + news.Slipped} would have been limited")
            : string.Create(CultureInfo.InvariantCulture, $"{to}: over after {news.Seconds} s: {news.Dropped} dropped, {news.Slipped} sent truncated");
    }
}
