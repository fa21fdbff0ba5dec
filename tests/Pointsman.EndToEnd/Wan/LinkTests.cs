using System.Diagnostics;
using Pointsman.Wan.Network;

namespace Pointsman.EndToEnd.Wan;

/// <summary>What a link does with a packet is arithmetic: no clock, no root.</summary>
public sealed class LinkTests
{
    private const int Packets = 20_000;
    private static readonly byte[] s_packet = new byte[1000];

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.15)]
    [InlineData(1.0)]
    public void Loses_the_share_that_it_is_told_to(double loss)
    {
        var link = new Link { Settings = new LinkSettings { Loss = loss } };
        Enter(link);
        Assert.InRange(link.Count(PacketFate.Lost), (long)(Packets * (loss - 0.01)), (long)(Packets * (loss + 0.01)));
        Assert.Equal(Packets, link.Count(PacketFate.Lost) + link.Count(PacketFate.Passed));
    }

    [Fact]
    public void Jitter_moves_packets_and_keeps_their_order()
    {
        var link = new Link { Settings = new LinkSettings { Delay = TimeSpan.FromMilliseconds(50), Jitter = TimeSpan.FromMilliseconds(20) } };
        var passages = Enter(link, apart: TimeSpan.FromMilliseconds(1));
        Assert.Equal(passages.Select(passage => passage.DueTicks).Order(), passages.Select(passage => passage.DueTicks));
        Assert.All(passages.Index(), one => Assert.InRange(Millis(one.Item.DueTicks) - one.Index, 29.9, 70.1));
        Assert.True(passages.Index().Select(one => Math.Round(Millis(one.Item.DueTicks) - one.Index)).Distinct().Count() > 10);
    }

    [Fact]
    public void What_is_reordered_overtakes()
    {
        var link = new Link { Settings = new LinkSettings { Delay = TimeSpan.FromMilliseconds(50), Jitter = TimeSpan.FromMilliseconds(40), Reordering = 0.1 } };
        var passages = Enter(link, apart: TimeSpan.FromMilliseconds(1));
        var overtaking = passages.Zip(passages.Skip(1)).Count(pair => pair.Second.DueTicks < pair.First.DueTicks);
        Assert.InRange(overtaking, Packets / 20, Packets / 9);
    }

    [Fact]
    public void Some_arrive_twice()
    {
        var link = new Link { Settings = new LinkSettings { Duplication = 0.2 } };
        Assert.InRange(Enter(link).Count(passage => passage.Twice), Packets * 19 / 100, Packets * 21 / 100);
    }

    [Fact]
    public void A_narrow_line_makes_packets_wait_and_drops_what_would_wait_too_long()
    {
        // 8 Mbit/s carry 1,000 octets in a millisecond.
        var link = new Link { Settings = new LinkSettings { BitsPerSecond = 8_000_000, LongestQueue = TimeSpan.FromMilliseconds(10) } };
        var passages = Enter(link);
        Assert.Equal(11, passages.Count(passage => passage.Fate == PacketFate.Passed));
        Assert.Equal([1, 2, 3], passages.Take(3).Select(passage => (int)Math.Round(Millis(passage.DueTicks))));
        Assert.Equal(Packets - 11, link.Count(PacketFate.QueueFull));
    }

    [Theory]
    [InlineData(5390, 40_000, true)]
    [InlineData(40_000, 5390, true)]
    [InlineData(80, 40_000, false)]
    public void A_blocked_port_stops_its_own_packets_alone(int from, int to, bool blocked)
    {
        byte[] four = [0x45, 0, 0, 40, 0, 0, 0, 0, 64, 6, 0, 0, 198, 18, 1, 1, 198, 18, 2, 1, (byte)(from >> 8), (byte)from, (byte)(to >> 8), (byte)to];
        byte[] six = [0x60, .. new byte[5], 17, 64, .. new byte[32], (byte)(from >> 8), (byte)from, (byte)(to >> 8), (byte)to];
        var link = new Link { Settings = new LinkSettings { BlockedPort = 5390 } };
        Assert.Equal(blocked ? PacketFate.Blocked : PacketFate.Passed, link.Enter(four, 0, new Random(1)).Fate);
        Assert.Equal(blocked ? PacketFate.Blocked : PacketFate.Passed, link.Enter(six, 0, new Random(1)).Fate);
    }

    [Fact]
    public void A_destination_is_read_out_of_its_address()
    {
        byte[] four = [0x45, .. new byte[11], .. WanAddress.Of4(3, 1).GetAddressBytes(), .. WanAddress.Of4(7, 9).GetAddressBytes()];
        byte[] six = [0x60, .. new byte[7], .. WanAddress.Of6(3, 1).GetAddressBytes(), .. WanAddress.Of6(7, 9).GetAddressBytes()];
        byte[] router = [0x60, .. new byte[23], 0xFF, 2, .. new byte[13], 2];
        Assert.Equal(7, WanAddress.DestinationOf(four));
        Assert.Equal(7, WanAddress.DestinationOf(six));
        Assert.Equal(-1, WanAddress.DestinationOf(router));
        Assert.Equal(-1, WanAddress.DestinationOf(six.AsSpan(0, 39)));
        Assert.Equal(-1, WanAddress.DestinationOf(four.AsSpan(0, 19)));
    }

    private static List<Passage> Enter(Link link, TimeSpan apart = default)
    {
        var random = new Random(7);
        return [.. Enumerable.Range(0, Packets).Select(number => link.Enter(s_packet, (long)(number * apart.TotalSeconds * Stopwatch.Frequency), random))];
    }

    private static double Millis(long ticks) => ticks * 1000.0 / Stopwatch.Frequency;
}
