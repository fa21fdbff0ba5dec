using System.Collections.Immutable;
using System.Diagnostics;

namespace Pointsman.Wan.Network;

/// <summary>
/// Namespaces joined by one thread that carries IP packets between their TUN devices, each pair of places in each direction over a <see cref="Link"/> of
/// its own: delay, loss, cuts, changed while it runs. IPv4 and IPv6 alike.
/// </summary>
/// <remarks>
/// Packets that are under way lie in a fixed block of slots and a heap ordered by the time at which they are due, so that nothing is allocated for a packet; when
/// all slots are taken, a packet is lost, as at any router. Rejected: the kernel's own delays (netem), because it is a module that containers often lack, and
/// because what it does cannot be counted from here.
/// </remarks>
public sealed class WideAreaNetwork : IDisposable
{
    private const int Mtu = 1400;
    private const int SlotBytes = 1536;
    // 250 Mbit/s of full packets at 100 ms each way: far more than a laboratory of small questions sends.
    private const int Slots = 4096;
    // One busy place does not starve the others, nor what is due.
    private const int MostPacketsATurn = 64;
    private static readonly TimeSpan s_longestWait = TimeSpan.FromMilliseconds(50); // until the end is noticed

    private readonly ImmutableArray<NetworkNamespace> places;
    private readonly Tun[] tuns;
    private readonly Link[] links;
    private readonly byte[] block = new byte[Slots * SlotBytes];
    private readonly byte[] overflow = new byte[SlotBytes]; // where a packet goes that finds no slot
    private readonly (int Length, int To, Link Over)[] packets = new (int, int, Link)[Slots];
    private readonly Stack<int> free = new(Slots);
    private readonly PriorityQueue<int, (long DueTicks, long Order)> due = new(Slots);
    private readonly Random random;
    private readonly Thread thread;
    private long order, delivered, unroutable, outOfSlots, undeliverable;
    private volatile bool stopping;

    /// <param name="places">Place N of the address plan is the N-th, counted from 1; at most 254.</param>
    /// <param name="seed">Of what is drawn: losses, jitter.</param>
    public WideAreaNetwork(IEnumerable<NetworkNamespace> places, int seed = 1)
    {
        this.places = [.. places];
        ArgumentOutOfRangeException.ThrowIfGreaterThan(this.places.Length, 254, nameof(places));
        random = new Random(seed);
        tuns = [.. this.places.Select(place => Tun.Open(place, "wan0"))];
        links = [.. Enumerable.Range(0, tuns.Length * tuns.Length).Select(_ => new Link())];
        for (var place = 1; place <= this.places.Length; place++)
        {
            this.places[place - 1].Ip(
                $"link set wan0 up mtu {Mtu}",
                $"addr add {WanAddress.Of4(place, 1)}/32 dev wan0",
                $"route add {WanAddress.Block4} dev wan0 src {WanAddress.Of4(place, 1)}");
            if (!WanSupport.HasVersion6) continue;
            this.places[place - 1].Ip($"addr add {WanAddress.Of6(place, 1)}/128 dev wan0 nodad", $"route add {WanAddress.Block6} dev wan0 src {WanAddress.Of6(place, 1)}");
            this.places[place - 1].AwaitAddress(WanAddress.Of6(place, 1));
        }

        for (var slot = 0; slot < Slots; slot++) free.Push(slot);
        thread = new Thread(Carry) { IsBackground = true, Name = "wan", Priority = ThreadPriority.AboveNormal };
        thread.Start();
    }

    /// <summary>Places, counted from 1.</summary>
    public int Places => places.Length;

    /// <summary>Packets that arrived; one that arrived twice counts twice.</summary>
    public long Delivered => Volatile.Read(ref delivered);

    /// <summary>Packets to nowhere in the plan, packets that found all slots taken, and packets whose receiver's interface was down.</summary>
    public (long Unroutable, long OutOfSlots, long Undeliverable) Dropped => (Volatile.Read(ref unroutable), Volatile.Read(ref outOfSlots), Volatile.Read(ref undeliverable));

    /// <summary>The direction from one place to another; a place has no link to itself.</summary>
    public Link Link(int from, int to)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(from, to);
        return links[IndexOf(from, to)];
    }

    /// <summary>Changes one direction.</summary>
    public void Change(int from, int to, Func<LinkSettings, LinkSettings> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        var link = Link(from, to);
        link.Settings = change(link.Settings);
    }

    /// <summary>Changes both directions of a pair alike.</summary>
    public void ChangeBoth(int one, int other, Func<LinkSettings, LinkSettings> change)
    {
        Change(one, other, change);
        Change(other, one, change);
    }

    /// <summary>Gives one more address of its own plan to a place: host 1 is there from the start.</summary>
    public void AddHost(int place, int host)
    {
        places[place - 1].Ip($"addr add {WanAddress.Of4(place, host)}/32 dev wan0");
        if (!WanSupport.HasVersion6) return;
        places[place - 1].Ip($"addr add {WanAddress.Of6(place, host)}/128 dev wan0 nodad");
        places[place - 1].AwaitAddress(WanAddress.Of6(place, host));
    }

    private int IndexOf(int from, int to) => ((from - 1) * tuns.Length) + to - 1;

    private Span<byte> SlotOf(int slot) => block.AsSpan(slot * SlotBytes, SlotBytes);

    private void Carry()
    {
        var waits = new LibC.PollEntry[tuns.Length];
        for (var i = 0; i < tuns.Length; i++) waits[i] = new LibC.PollEntry { Descriptor = tuns[i].Descriptor, Wanted = LibC.Readable };
        while (!stopping)
        {
            Deliver();
            var patience = Patience();
            if (LibC.Poll(ref waits[0], (nuint)waits.Length, in patience, 0) <= 0) continue;
            for (var i = 0; i < waits.Length; i++)
            {
                if (waits[i].Found != 0) TakeFrom(i + 1);
            }
        }
    }

    private LibC.Duration Patience()
    {
        var wait = s_longestWait;
        if (due.TryPeek(out _, out var first))
        {
            var rest = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), first.DueTicks);
            if (rest < wait) wait = rest;
        }

        return new LibC.Duration { Nanoseconds = Math.Max(0, wait.Ticks) * TimeSpan.NanosecondsPerTick };
    }

    private void Deliver()
    {
        var now = Stopwatch.GetTimestamp();
        while (due.TryPeek(out var slot, out var first) && first.DueTicks <= now)
        {
            due.Dequeue();
            var (length, to, over) = packets[slot];
            // A cable that is cut loses what is in it.
            if (!over.Settings.Cut)
            {
                if (tuns[to - 1].TryWrite(SlotOf(slot)[..length])) Volatile.Write(ref delivered, delivered + 1);
                else Volatile.Write(ref undeliverable, undeliverable + 1);
            }

            free.Push(slot);
        }
    }

    private void TakeFrom(int place)
    {
        for (var i = 0; i < MostPacketsATurn; i++)
        {
            var hasSlot = free.TryPop(out var slot);
            var into = hasSlot ? SlotOf(slot) : overflow;
            var length = tuns[place - 1].TryRead(into);
            if (length == 0)
            {
                if (hasSlot) free.Push(slot);
                return;
            }

            if (!hasSlot) Volatile.Write(ref outOfSlots, outOfSlots + 1);
            else if (!Send(place, slot, length)) free.Push(slot);
        }
    }

    /// <returns>False when it goes nowhere and its slot is free again.</returns>
    private bool Send(int from, int slot, int length)
    {
        var packet = SlotOf(slot)[..length];
        var to = WanAddress.DestinationOf(packet);
        if (to < 1 || to > tuns.Length || to == from)
        {
            Volatile.Write(ref unroutable, unroutable + 1);
            return false;
        }

        var link = links[IndexOf(from, to)];
        var passage = link.Enter(packet, Stopwatch.GetTimestamp(), random);
        if (passage.Fate != PacketFate.Passed) return false;
        packets[slot] = (length, to, link);
        due.Enqueue(slot, (passage.DueTicks, order++));
        if (passage.Twice && free.TryPop(out var copy))
        {
            packet.CopyTo(SlotOf(copy));
            packets[copy] = (length, to, link);
            due.Enqueue(copy, (passage.DueTicks, order++));
        }

        return true;
    }

    public void Dispose()
    {
        stopping = true;
        thread.Join();
        foreach (var tun in tuns) tun.Dispose();
    }
}
