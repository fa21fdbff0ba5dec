using System.Globalization;

namespace Pointsman.Health.Probes;

/// <summary>
/// Runs a probe's iterations over real sockets: a new connection each, all of them within one timeout, timed from the start of the first
/// to the end of the last by the monotonic clock [S8]. What is said over the connection is a conversation, one file per
/// protocol (<see cref="Conversations"/>). Whatever goes wrong becomes a reason in words. Rejected: HttpClient; see docs/decisions/0010-probes-over-plain-sockets.md.
/// </summary>
public sealed class SocketProber(TimeProvider time) : IProber
{
    private static readonly Lazy<Task> Rehearsed = new(static () => Rehearsal.RunAsync(new SocketProber(TimeProvider.System).MeasureAsync));

    public async Task<ProbeResult> ProbeAsync(ProbeTarget target, CancellationToken cancellation)
    {
        if (!Rehearsed.Value.IsCompleted) await Rehearsed.Value.WaitAsync(cancellation);
        return await MeasureAsync(target, cancellation);
    }

    private async Task<ProbeResult> MeasureAsync(ProbeTarget target, CancellationToken cancellation)
    {
        using var clock = new ProbeClock(time, target.Settings);
        await using var link = cancellation.UnsafeRegister(static source => ((ProbeClock)source!).Cancel(), clock);

        var count = Math.Max(1, target.Settings.Iterations);
        var iteration = 1;
        long bodyBytes = 0, transferMicros = 0;
        var reply = "";
        try
        {
            for (; iteration <= count; iteration++)
            {
                clock.Deadline.ThrowIfCancellationRequested();
                var spoken = await Conversations.IterateAsync(target, clock);
                if (spoken.Failure is { } failure)
                {
                    if (spoken.SaysNothing) return Complete(ProbeResult.Inconclusive(clock.ElapsedMicros, failure));
                    if (spoken.IsFull) return Complete(ProbeResult.Full(clock.ElapsedMicros, failure));
                    return Complete(spoken.IsBusy ? ProbeResult.Overloaded(clock.ElapsedMicros, At(iteration, failure)) : ProbeResult.Failure(clock.ElapsedMicros, At(iteration, failure)));
                }
                bodyBytes += spoken.BodyBytes;
                transferMicros += spoken.TransferMicros;
                reply = spoken.Reply;
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Complete(ProbeResult.Failure(clock.ElapsedMicros, At(iteration, clock.InWords())));
        }
        catch (Exception thrown) when (SocketFailure.Behind(thrown) is not null)
        {
            var broken = SocketFailure.Behind(thrown)!;
            var why = At(iteration, SocketFailure.InWords(broken, clock.Phase != ProbePhase.Connect, target));
            return Complete(SocketFailure.IsOwnFault(broken) ? ProbeResult.Inconclusive(clock.ElapsedMicros, why) : ProbeResult.Failure(clock.ElapsedMicros, why));
        }
        catch (IOException broken)
        {
            return Complete(ProbeResult.Failure(clock.ElapsedMicros, At(iteration, $"the connection broke: {broken.Message}")));
        }

        return Complete(ProbeResult.Success(clock.ElapsedMicros, reply, bodyBytes, transferMicros));

        ProbeResult Complete(in ProbeResult result) => clock.Complete(result, Math.Min(iteration, count));

        string At(int number, string failure) => count == 1 ? failure : string.Create(CultureInfo.InvariantCulture, $"{failure} (iteration {number} of {count})");
    }
}
