using Pointsman.Dns.Limiting;

namespace Pointsman.Tests.Dns.Limiting;

public sealed class BucketTableTests
{
    private const long Second = BucketTable.BurstNanos, Interval = Second / 5, Window = 15 * Second;

    /// <summary>Spreads like the limiter's keyed hash.</summary>
    private static ulong Key(int number) => (ulong)(number + 1) * 0x9E3779B97F4A7C15;

    [Theory]
    [InlineData(1, 8)]
    [InlineData(8, 8)]
    [InlineData(9, 16)]
    [InlineData(1024, 1024)]
    [InlineData(1025, 2048)]
    [InlineData(100_000, 131_072)]
    public void Its_size_is_the_next_power_of_two_and_stays(int asked, int size) => Assert.Equal(size, new BucketTable(asked).Size);

    [Fact]
    public void A_flood_of_prefixes_does_not_make_a_limited_bucket_forget()
    {
        var table = new BucketTable(1024);
        long now = Second;
        for (var i = 0; i < 50; i++) table.Charge(Key(-1), Interval, Window, now, out _);
        // A thousand times the table, each prefix once, while the victim's bucket is left alone.
        for (var i = 0; i < 1_000_000; i++) Assert.False(table.Charge(Key(i), Interval, Window, now + i, out _));
        Assert.True(table.Charge(Key(-1), Interval, Window, now + 1_000_000, out _));
    }

    [Fact]
    public void A_flood_of_prefixes_does_not_make_a_bucket_forget_that_is_on_its_way()
    {
        var table = new BucketTable(1024);
        var now = Second;
        var passed = 0;
        // Two at once, so that the victim's bucket is deeper than those of the flood; then the flood, again and again.
        for (var round = 0; round < 50; round++)
        {
            for (var i = 0; i < 2; i++)
                if (!table.Charge(Key(-1), Interval, Window, now, out _)) passed++;
            for (var i = 0; i < 20_000; i++) table.Charge(Key((round * 20_000) + i), Interval, Window, now, out _);
        }
        Assert.Equal(5, passed);
    }

    [Fact]
    public void More_floods_than_a_set_has_room_for_do_not_forget_each_other()
    {
        // One set of eight, twenty floods in turn.
        var table = new BucketTable(8);
        var passed = new int[20];
        for (var turn = 0; turn < 2_000; turn++)
        {
            for (var flood = 0; flood < passed.Length; flood++)
                for (var i = 0; i < 10; i++)
                    if (!table.Charge(Key(flood), Interval, Window, Second + (turn * Second / 100), out _)) passed[flood]++;
        }
        // Twenty seconds, five a second allowed; without passing the debt on it would be five in every turn, 10,000 each.
        Assert.All(passed, count => Assert.InRange(count, 0, 5 + (20 * 5)));
    }

    [Fact]
    public void Newcomers_pay_for_nobody_while_a_set_has_a_bucket_that_is_not_limited()
    {
        var table = new BucketTable(8);
        for (var flood = 0; flood < 7; flood++)
            for (var i = 0; i < 100; i++) table.Charge(Key(flood), Interval, Window, Second, out _);
        for (var newcomer = 100; newcomer < 1_000; newcomer++) Assert.False(table.Charge(Key(newcomer), Interval, Window, Second, out _));
        for (var flood = 0; flood < 7; flood++) Assert.True(table.Charge(Key(flood), Interval, Window, Second, out _));
    }
}
