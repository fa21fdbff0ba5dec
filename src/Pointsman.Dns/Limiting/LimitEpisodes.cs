using Pointsman.Dns.Dynamic;

namespace Pointsman.Dns.Limiting;

/// <summary>That limiting one prefix began or ended: what the log says of it.</summary>
/// <param name="Prefix">The block of addresses that shares the rate.</param>
/// <param name="Seconds">How long it lasted; 0 at its beginning.</param>
internal readonly record struct LimitNews(ClientAddress Prefix, LimitKind Kind, bool Ended, bool LogOnly, long Dropped, long Slipped, long Seconds);

/// <summary>
/// The log's side of limiting, kept apart from the rates. A worker notes where limiting begins; an episode ends when nothing of it was limited
/// for the window. The news goes through a ring of fixed size to whoever writes the log: the worker neither waits nor allocates, and a flood of
/// prefixes costs the log a few lines, not the disk. Prefixes past <see cref="Most"/> are limited and counted all the same.
/// </summary>
internal sealed class LimitEpisodes
{
    /// <summary>More prefixes at once nobody reads one by one.</summary>
    public const int Most = 64;
    private const int RingSize = 256;
    private const long SweepNanos = 1_000_000_000;

    private struct Episode
    {
        public ulong Key;
        public ClientAddress Prefix;
        public LimitKind Kind;
        public bool Active;
        public bool LogOnly;
        public long StartedNanos, LastNanos, Dropped, Slipped;
    }

    private readonly Episode[] _episodes = new Episode[Most];
    private readonly LimitNews[] _ring = new LimitNews[RingSize];
    private int _active;
    private long _sweptNanos;
    private long _written, _read, _untold;

    /// <summary>How many beginnings and ends had no room and were not told.</summary>
    public long Untold => Volatile.Read(ref _untold);

    /// <summary>Notes one limited response of a bucket.</summary>
    public void Note(ref BucketTable.Bucket bucket, ClientAddress prefix, LimitKind kind, LimitVerdict verdict, bool logOnly, long nowNanos)
    {
        var place = bucket.Episode - 1;
        if (place < 0 || !_episodes[place].Active || _episodes[place].Key != bucket.Key)
        {
            if (_active == Most)
            {
                bucket.Episode = 0;
                return;
            }
            place = Array.FindIndex(_episodes, static e => !e.Active);
            bucket.Episode = place + 1;
            _episodes[place] = new Episode { Key = bucket.Key, Prefix = prefix, Kind = kind, Active = true, LogOnly = logOnly, StartedNanos = nowNanos };
            _active++;
            Tell(new LimitNews(prefix, kind, Ended: false, logOnly, 0, 0, 0));
        }
        ref var episode = ref _episodes[place];
        episode.LastNanos = nowNanos;
        if (verdict == LimitVerdict.Slip) episode.Slipped++;
        else episode.Dropped++;
    }

    /// <summary>Ends what is over; the worker calls it now and then, it looks once a second.</summary>
    public void Sweep(long nowNanos, long windowNanos)
    {
        if (_active == 0 || nowNanos - _sweptNanos < SweepNanos) return;
        _sweptNanos = nowNanos;
        for (var i = 0; i < _episodes.Length; i++)
        {
            ref var episode = ref _episodes[i];
            if (!episode.Active || nowNanos - episode.LastNanos < windowNanos) continue;
            episode.Active = false;
            _active--;
            Tell(new LimitNews(episode.Prefix, episode.Kind, Ended: true, episode.LogOnly, episode.Dropped, episode.Slipped,
                (episode.LastNanos - episode.StartedNanos) / 1_000_000_000));
        }
    }

    /// <summary>Takes the oldest piece of news; one reader at a time, beside the worker.</summary>
    public bool TryRead(out LimitNews news)
    {
        news = default;
        if (_read == Volatile.Read(ref _written)) return false;
        news = _ring[_read % RingSize];
        Volatile.Write(ref _read, _read + 1);
        return true;
    }

    private void Tell(in LimitNews news)
    {
        if (_written - Volatile.Read(ref _read) == RingSize)
        {
            Volatile.Write(ref _untold, _untold + 1);
            return;
        }
        _ring[_written % RingSize] = news;
        Volatile.Write(ref _written, _written + 1);
    }
}
