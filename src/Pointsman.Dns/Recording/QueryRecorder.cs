namespace Pointsman.Dns.Recording;

/// <summary>
/// The seam between the name server and whoever keeps what it was asked and answered: one queue per worker, filled by
/// <see cref="Transport.DnsServer"/> once this was given to <see cref="Transport.DnsServer.Record"/>, emptied by one reader. All memory is taken
/// here, at once.
/// </summary>
public sealed class QueryRecorder
{
    private readonly WorkerRecorder[] _workers;

    /// <param name="workers">As many as the server has: <see cref="Transport.DnsServerOptions.WorkerCount"/>.</param>
    public QueryRecorder(RecordingOptions options, int workers)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        if (!options.Queries && !options.Responses) throw new ArgumentException("neither queries nor answers", nameof(options));
        if (options.Sample is not (> 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(options), options.Sample, "the share is above 0, at most 1");
        _workers = [.. Enumerable.Range(0, workers).Select(worker => new WorkerRecorder(options, worker))];
    }

    public int Workers => _workers.Length;

    /// <summary>Messages that were to be recorded so far: a query and its answer are two.</summary>
    public long Taken => _workers.Sum(worker => worker.Taken);

    /// <summary>Those of them that found the queue full.</summary>
    public long Refused => _workers.Sum(worker => worker.Refused);

    internal WorkerRecorder Of(int worker) => _workers[worker];

    /// <summary>The oldest record of one worker, good until <see cref="Release"/>. One thread at a time may read.</summary>
    public bool TryPeek(int worker, out RecordedQuery query)
    {
        var any = _workers[worker].Ring.TryPeek(out var record);
        query = any ? new RecordedQuery(record) : default;
        return any;
    }

    /// <summary>Gives the room of the record peeked at last back to its worker.</summary>
    public void Release(int worker) => _workers[worker].Ring.Release();
}
