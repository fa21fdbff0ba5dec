using Pointsman.Node.Wiring;
using Pointsman.Tests.Health;

namespace Pointsman.Tests.Node.Wiring;

public sealed class SpareMemoryTests
{
    private readonly ManualTime _time = new();
    private readonly List<double> _givenBack = [];

    private SpareMemory Spare() => new(_time, () => _givenBack.Add(_time.Now.Micros / 1e6));

    [Fact]
    public void Is_given_back_once_reloads_have_come_to_rest()
    {
        using var spare = Spare();
        for (var reload = 0; reload < 3; reload++)
        {
            spare.Left();
            _time.Advance(TimeSpan.FromSeconds(4));
        }
        Assert.Empty(_givenBack);
        _time.Advance(TimeSpan.FromSeconds(100));
        // The third reload at 9 s, and five seconds more.
        Assert.Equal([14.0], _givenBack);
    }

    [Fact]
    public void Waits_no_longer_than_a_minute_for_rest()
    {
        using var spare = Spare();
        for (var second = 0; second < 150; second++)
        {
            spare.Left();
            _time.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.Equal([61.0, 121.0], _givenBack);
    }
}
