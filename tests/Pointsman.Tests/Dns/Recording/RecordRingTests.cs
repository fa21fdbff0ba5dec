using CsCheck;
using Pointsman.Dns.Recording;

namespace Pointsman.Tests.Dns.Recording;

/// <summary>The queue between a worker and the writer: what goes in comes out whole and in order, or is refused.</summary>
public sealed class RecordRingTests
{
    private static byte[] Pattern(int length, int seed)
    {
        var octets = new byte[length];
        for (var i = 0; i < length; i++) octets[i] = (byte)((seed * 31) + (i * 7));
        return octets;
    }

    private static bool TryWrite(RecordRing ring, byte[] octets)
    {
        if (!ring.TryReserve(octets.Length, out var record)) return false;
        octets.CopyTo(record);
        ring.Commit();
        return true;
    }

    [Fact]
    public void A_queue_of_arrays_does_the_same()
    {
        // Positive = write a record of that length, 0 = read one. Lengths up to a third of the ring, so that it fills, wraps and refuses.
        const int Largest = RecordRing.LeastBytes / 3;
        var steps = Gen.OneOf(Gen.Const(0), Gen.Int[1, 300], Gen.Int[1, Largest]).Array[1, 200];
        steps.Sample(script =>
        {
            var ring = new RecordRing(1);
            var model = new Queue<byte[]>();
            for (var i = 0; i < script.Length; i++)
            {
                if (script[i] > 0)
                {
                    var octets = Pattern(script[i], i);
                    var held = model.Sum(record => 16 + record.Length);
                    if (TryWrite(ring, octets)) model.Enqueue(octets);
                    // Refused only for want of room: for the record, for as much again that may have to be skipped at the end, and for
                    // what was skipped before a record that is still held.
                    else if (held + (2 * (octets.Length + 16)) + Largest + 16 <= ring.Capacity) return false;
                }
                else if (model.TryDequeue(out var expected))
                {
                    if (!ring.TryPeek(out var record) || !record.Span.SequenceEqual(expected)) return false;
                    ring.Release();
                }
                else if (ring.TryPeek(out _)) return false;
            }
            return true;
        });
    }

    [Fact]
    public void The_largest_query_and_answer_fit_wherever_the_ring_stands()
    {
        var ring = new RecordRing(RecordRing.LeastBytes);
        var largest = RecordHead.Length + (2 * 65535);
        for (var i = 0; i < 100; i++)
        {
            Assert.True(TryWrite(ring, Pattern(1000 + (i * 997 % 9000), i)));
            Assert.True(TryWrite(ring, Pattern(largest, i)), $"turn {i}");
            for (var read = 0; read < 2; read++)
            {
                Assert.True(ring.TryPeek(out _));
                ring.Release();
            }
        }
    }

    [Fact]
    public void A_full_ring_refuses_and_takes_again_after_a_release()
    {
        var ring = new RecordRing(RecordRing.LeastBytes);
        var written = 0;
        while (TryWrite(ring, Pattern(1000, written))) written++;
        Assert.Equal(RecordRing.LeastBytes / 1008, written);
        Assert.True(ring.TryPeek(out _));
        Assert.False(TryWrite(ring, Pattern(1000, 0)));
        ring.Release();
        ring.TryPeek(out _);
        ring.Release();
        Assert.True(TryWrite(ring, Pattern(1000, 0)));
    }

    [Fact]
    public void Peeking_again_gives_the_same_record()
    {
        var ring = new RecordRing(1);
        TryWrite(ring, [1, 2, 3]);
        TryWrite(ring, [4]);
        Assert.True(ring.TryPeek(out var first) && ring.TryPeek(out var again) && first.Span.SequenceEqual(again.Span));
        ring.Release();
        Assert.True(ring.TryPeek(out var second));
        Assert.Equal([4], second.ToArray());
    }

    [Fact]
    public void Two_threads_pass_every_record_whole_and_in_order_and_count_the_rest()
    {
        const int Records = 400_000;
        var ring = new RecordRing(1);
        var refused = 0;
        var done = false;
        var writer = new Thread(() =>
        {
            for (var i = 0; i < Records; i++)
            {
                // The number, then octets that follow from it.
                var length = 8 + (i * 7 % 600);
                if (!ring.TryReserve(length, out var record))
                {
                    refused++;
                    continue;
                }
                BitConverter.TryWriteBytes(record, i);
                record[8..].Fill((byte)i);
                ring.Commit();
            }
            Volatile.Write(ref done, true);
        });
        writer.Start();
        var (read, last) = (0, -1);
        while (true)
        {
            var over = Volatile.Read(ref done);
            if (!ring.TryPeek(out var record))
            {
                if (over) break;
                continue;
            }
            var number = BitConverter.ToInt32(record.Span);
            Assert.True(number > last, "out of order");
            Assert.Equal(8 + (number * 7 % 600), record.Length);
            Assert.Equal(-1, record.Span[8..].IndexOfAnyExcept((byte)number));
            last = number;
            read++;
            ring.Release();
        }
        writer.Join();
        Assert.Equal(Records, read + refused);
        Assert.True(read > 0);
    }
}
