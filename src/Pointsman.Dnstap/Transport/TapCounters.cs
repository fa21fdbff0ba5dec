namespace Pointsman.Dnstap.Transport;

/// <summary>
/// What became of the messages that were to be recorded. Once all is written out, <paramref name="Taken"/> is the sum of
/// <paramref name="Written"/> and the three kinds of loss; before, what is missing is still queued.
/// </summary>
/// <param name="Written">Handed to the system whole.</param>
/// <param name="QueueFull">The worker's queue had no room: the writer did not keep up, or the collector stopped reading.</param>
/// <param name="NotConnected">No collector listened, or the file could not be opened.</param>
/// <param name="WriteError">The connection broke, the disk was full, or stopping could not wait for a collector.</param>
/// <param name="Bytes">Of what was written, control frames left aside.</param>
/// <param name="IsOpen">The file is open, or the collector connected.</param>
public sealed record TapCounters(long Taken, long Written, long QueueFull, long NotConnected, long WriteError, long Bytes, bool IsOpen)
{
    public static TapCounters None { get; } = new(0, 0, 0, 0, 0, 0, false);

    public long Dropped => QueueFull + NotConnected + WriteError;

    /// <summary>Both added up; open if the second is.</summary>
    public TapCounters Plus(TapCounters later)
    {
        ArgumentNullException.ThrowIfNull(later);
        return new(Taken + later.Taken, Written + later.Written, QueueFull + later.QueueFull, NotConnected + later.NotConnected,
            WriteError + later.WriteError, Bytes + later.Bytes, later.IsOpen);
    }
}
