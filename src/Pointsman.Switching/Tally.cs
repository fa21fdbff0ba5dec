using Pointsman.Model;

namespace Pointsman.Switching;

/// <summary>
/// The counters of one VIP on one forwarding thread: only that thread writes, anybody may read, and no cache line is fought over.
/// Plain additions to aligned 64-bit fields: a reader sees some recent value of each.
/// </summary>
internal sealed class Tally
{
    public long Accepted;
    public long Forwarded;
    public long ServedOn;
    public long RefusedFull;
    public long RefusedNoServer;
    public long RefusedDescriptors;
    public long RefusedTooMany;
    public long Redirected;
    public long Unavailable;
    public long ResetNotHttp;
    public long ResetSilent;
    public long Abandoned;
    public long TokensIgnored;
    public long ConnectFailures;
    public long SessionsCut;
    public long Faults;
    public long BytesIn;
    public long BytesOut;

    public static VipCounters Sum(VipKey vip, ReadOnlySpan<Tally> tallies)
    {
        var sum = new VipCounters { Vip = vip };
        foreach (var tally in tallies)
        {
            sum = sum with
            {
                Accepted = sum.Accepted + Volatile.Read(ref tally.Accepted),
                Forwarded = sum.Forwarded + Volatile.Read(ref tally.Forwarded),
                ServedOn = sum.ServedOn + Volatile.Read(ref tally.ServedOn),
                RefusedFull = sum.RefusedFull + Volatile.Read(ref tally.RefusedFull),
                RefusedNoServer = sum.RefusedNoServer + Volatile.Read(ref tally.RefusedNoServer),
                RefusedDescriptors = sum.RefusedDescriptors + Volatile.Read(ref tally.RefusedDescriptors),
                RefusedTooMany = sum.RefusedTooMany + Volatile.Read(ref tally.RefusedTooMany),
                Redirected = sum.Redirected + Volatile.Read(ref tally.Redirected),
                Unavailable = sum.Unavailable + Volatile.Read(ref tally.Unavailable),
                ResetNotHttp = sum.ResetNotHttp + Volatile.Read(ref tally.ResetNotHttp),
                ResetSilent = sum.ResetSilent + Volatile.Read(ref tally.ResetSilent),
                Abandoned = sum.Abandoned + Volatile.Read(ref tally.Abandoned),
                TokensIgnored = sum.TokensIgnored + Volatile.Read(ref tally.TokensIgnored),
                ConnectFailures = sum.ConnectFailures + Volatile.Read(ref tally.ConnectFailures),
                SessionsCut = sum.SessionsCut + Volatile.Read(ref tally.SessionsCut),
                Faults = sum.Faults + Volatile.Read(ref tally.Faults),
                BytesIn = sum.BytesIn + Volatile.Read(ref tally.BytesIn),
                BytesOut = sum.BytesOut + Volatile.Read(ref tally.BytesOut),
            };
        }

        return sum;
    }
}
