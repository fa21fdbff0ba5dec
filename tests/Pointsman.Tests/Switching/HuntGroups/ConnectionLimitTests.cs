using Pointsman.Switching.HuntGroups;

namespace Pointsman.Tests.Switching.HuntGroups;

[Trait("mission", "P6.5")]
public sealed class ConnectionLimitTests
{
    [Fact]
    public void Sixty_four_threads_never_see_more_than_the_maximum_and_it_ends_at_zero()
    {
        const int most = 7, threads = 64, rounds = 2000;
        var limit = new ConnectionLimit(most);
        var (inside, highest, taken) = (0, 0, 0);
        using var start = new Barrier(threads);
        var all = Enumerable.Range(0, threads).Select(_ => new Thread(() =>
        {
            start.SignalAndWait();
            for (var i = 0; i < rounds; i++)
            {
                if (!limit.TryTake()) continue;
                var now = Interlocked.Increment(ref inside);
                Interlocked.Increment(ref taken);
                if (now > Volatile.Read(ref highest)) Interlocked.Exchange(ref highest, now);
                if (limit.Active > most) Interlocked.Exchange(ref highest, int.MaxValue);
                Thread.Yield();
                Interlocked.Decrement(ref inside);
                limit.Release();
            }
        })).ToList();
        all.ForEach(thread => thread.Start());
        all.ForEach(thread => thread.Join());
        Assert.InRange(highest, 1, most);
        Assert.True(taken >= rounds, "the threads met");
        Assert.Equal(0, limit.Active);
    }

    [Fact]
    public void A_lower_maximum_lets_nobody_in_until_enough_have_left()
    {
        var limit = new ConnectionLimit(3);
        for (var i = 0; i < 3; i++) Assert.True(limit.TryTake());
        limit.Max = 1;
        Assert.Equal((false, 0, 3), (limit.TryTake(), limit.Room, limit.Active));
        limit.Release(2);
        Assert.False(limit.TryTake());
        limit.Release();
        Assert.True(limit.TryTake());
    }

    [Fact]
    public void Without_a_maximum_there_is_always_room_and_beyond_one_only_by_force()
    {
        var limit = new ConnectionLimit(null);
        Assert.Null(limit.Max);
        Assert.True(limit.TryTake());
        limit.Max = 1;
        Assert.False(limit.TryTake());
        limit.TakeAnyway();
        Assert.Equal((2, 0), (limit.Active, limit.Room));
    }

    [Fact]
    public void Several_slots_are_taken_together_or_not_at_all()
    {
        var limit = new ConnectionLimit(3);
        Assert.True(limit.TryTake(2));
        Assert.False(limit.TryTake(2));
        Assert.Equal(2, limit.Active);
    }
}
