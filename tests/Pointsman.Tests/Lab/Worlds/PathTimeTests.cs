using Pointsman.Lab.Worlds;
using Pointsman.Model;
using Pointsman.Model.Probes;
using Pointsman.Topology;

namespace Pointsman.Tests.Lab.Worlds;

public sealed class PathTimeTests
{
    private static readonly Place s_paris = Places.PlaceOf("FR", null, 48.9, 2.4);
    private static readonly Place s_tokyo = Places.PlaceOf("JP", null, 35.7, 139.7);

    [Fact]
    public void A_round_trip_is_a_millisecond_and_fifteen_microseconds_a_kilometre()
        => Assert.InRange(PathTime.RoundTripMicros(s_paris, s_tokyo), 140_000, 150_000);

    [Fact]
    public void At_the_same_place_it_is_a_millisecond() => Assert.Equal(1_000, PathTime.RoundTripMicros(s_paris, s_paris));

    [Fact]
    public void An_unknown_place_is_neither_near_nor_far()
    {
        Assert.Equal(PathTime.NeutralMicros, PathTime.RoundTripMicros(Place.Unknown, s_tokyo));
        Assert.Equal(PathTime.NeutralMicros, PathTime.RoundTripMicros(s_paris, Place.Unknown));
    }

    [Theory]
    [InlineData(false, 1, 1)]
    [InlineData(false, 3, 3)]
    [InlineData(true, 3, 6)]
    public void A_probe_is_one_round_trip_an_iteration_and_two_with_HTTP(bool http, int iterations, int roundTrips)
        => Assert.Equal(roundTrips * 500, PathTime.ProbeMicros(new ProbeSettings { Iterations = iterations, Check = http ? new HttpCheck() : TcpCheck.OpenAndClose }, 500));
}
