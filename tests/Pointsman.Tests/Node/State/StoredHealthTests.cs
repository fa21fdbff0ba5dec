using System.Collections.Immutable;
using System.Text.Json;
using CsCheck;
using Pointsman.Health;
using Pointsman.Model;
using Pointsman.Node.State;

namespace Pointsman.Tests.Node.State;

/// <summary>What is kept of the targets over a restart, and what is taken from a file that says something else.</summary>
public sealed class StoredHealthTests
{
    private static readonly Instant before = new(9_000_000_000), after = new(5_000_000);
    private static readonly TimeSpan ago = TimeSpan.FromSeconds(30);

    private static readonly Cluster cluster = new()
    {
        Name = "test",
        Sites = [new Site { Id = new SiteId(1), Name = "paris" }, new Site { Id = new SiteId(2), Name = "tokyo" }],
        Services = [new Service { Id = new ServiceId(1), Name = "www.example.com" }],
    };

    private static readonly TargetKey vip = new(new VipKey(new ServiceId(1), new SiteId(2), At("192.0.2.2:80")));
    private static readonly TargetKey server = new(new VipKey(new ServiceId(1), new SiteId(1), At("192.0.2.1:80")), At("10.0.0.1:8080"));

    [Fact]
    [Trait("mission", "P4.3")]
    public void What_was_known_comes_back_with_its_ages_on_the_new_clock()
    {
        var tracked = new TrackedHealth
        {
            Observation = new Observation
            {
                Vip = vip.Vip,
                State = HealthState.Down,
                ResponseMicros = 12_345,
                DeviationMicros = 67,
                ThroughputBytesPerSecond = 89,
                Samples = 10,
                Reason = "connection refused",
                ConnectMicros = 5,
                FirstByteMicros = 6,
                MeasuredAt = Before(-2),
                Flaps = 2,
                HeldUntil = Before(90),
            },
            FailuresInRow = 4,
            SampledAt = Before(-20),
            Downs = 3,
        };
        var (key, known) = Assert.Single(RoundTrip([(vip, tracked)], ago));
        Assert.Equal(vip, key);
        Assert.Equal(tracked with
        {
            Observation = tracked.Observation with { MeasuredAt = After(-32), HeldUntil = After(60), IsRemembered = true },
            SampledAt = After(-50),
        }, known);
    }

    [Fact]
    public void A_hold_that_is_over_meanwhile_is_over_and_a_suspicion_is_forgotten()
    {
        var held = new TrackedHealth { Observation = new Observation { Vip = vip.Vip, State = HealthState.Down, HeldUntil = Before(10) }, Downs = 1 };
        var suspect = new TrackedHealth { Observation = new Observation { Vip = server.Vip, State = HealthState.Suspect } };
        var known = RoundTrip([(vip, held), (server, suspect)], ago);
        Assert.Null(known[0].Health.Observation.HeldUntil);
        Assert.Equal((server, HealthState.Up), (known[1].Key, known[1].Health.State));
    }

    [Theory]
    [InlineData(HealthState.Unknown)]
    [InlineData(HealthState.Disabled)]
    public void What_says_nothing_of_the_target_is_not_kept(HealthState state) =>
        Assert.Empty(StoredTargets.Of(cluster, [(vip, new TrackedHealth { Observation = new Observation { Vip = vip.Vip, State = state } })], before));

    [Fact]
    public void Of_targets_that_the_configuration_names_no_more_nothing_is_taken()
    {
        var stored = StoredTargets.Of(cluster, [(vip, Up(vip)), (server, Up(server))], before);
        Assert.Equal(2, stored.Length);
        Assert.Single(StoredTargets.Restore(stored, cluster with { Sites = [cluster.Sites[0]] }, after, ago));
        Assert.Empty(StoredTargets.Restore(stored, cluster with { Services = [] }, after, ago));
    }

    [Fact]
    public void A_clock_that_was_set_back_makes_nothing_younger_than_when_it_was_saved()
    {
        var (_, known) = Assert.Single(RoundTrip([(vip, Up(vip))], TimeSpan.FromHours(-5)));
        Assert.Equal(After(-2), known.Observation.MeasuredAt);
    }

    [Theory]
    [InlineData("{}", "nothing")]
    [InlineData("null", "null")]
    [InlineData("{\"Service\":\"www.example.com\",\"Site\":\"tokyo\",\"Vip\":\"192.0.2.2:80\",\"State\":\"Splendid\"}", "a state of the future")]
    [InlineData("{\"Service\":\"www.example.com\",\"Site\":\"tokyo\",\"Vip\":\"nowhere\",\"State\":\"Up\"}", "no address")]
    [InlineData("{\"Service\":\"www.example.com\",\"Site\":\"tokyo\",\"Vip\":\"192.0.2.2:80\",\"State\":\"Up\",\"Server\":\"x\"}", "no server")]
    [InlineData("{\"Service\":\"www.example.com\",\"Site\":\"tokyo\",\"Vip\":\"192.0.2.2:80\",\"State\":\"Up\",\"Samples\":-1}", "a negative count")]
    [InlineData("{\"Service\":null,\"Site\":null,\"Vip\":null,\"State\":null,\"Reason\":null}", "nulls")]
    public void What_cannot_be_is_passed_over(string json, string why)
    {
        var stored = JsonSerializer.Deserialize<StoredHealth>(json)!;
        Assert.True(!StoredTargets.Restore([stored], cluster, after, ago).Any(), why);
    }

    [Fact]
    public void Any_numbers_in_the_file_make_a_health_that_can_be_worked_with() =>
        Gen.Select(Gen.Long, Gen.Long, Gen.Long.Nullable(), Gen.Int, Gen.Long.Nullable(), Gen.Long.Nullable()).Sample((micros, age, sampled, count, quiet, held) =>
        {
            var stored = new StoredHealth
            {
                Service = "www.example.com",
                Site = "tokyo",
                Vip = "192.0.2.2:80",
                State = "Down",
                ResponseMicros = Math.Abs(micros / 2),
                MeasuredAgeMicros = age,
                SampledAgeMicros = sampled,
                FailuresInRow = count,
                SuccessesInRow = count,
                Downs = count,
                QuietAgeMicros = quiet,
                HeldForMicros = held,
            };
            foreach (var (_, health) in StoredTargets.Restore([stored], cluster, after, ago))
            {
                var next = HealthTracker.Apply(health, ProbeResult.Success(1000, "200 OK"), new ProbeSettings(), after).Next;
                Assert.InRange(next.Observation.ResponseMicros, 0, long.MaxValue);
                Assert.False(next.Observation.IsRemembered);
            }
        });

    [Fact]
    public void The_board_takes_what_is_remembered_until_a_probe_says_otherwise()
    {
        var target = new ProbeTarget { Key = vip, ConnectTo = vip.Address, Settings = new ProbeSettings(), HostName = "www.example.com" };
        var board = new HealthBoard();
        board.Remember(RoundTrip([(vip, Up(vip) with { FailuresInRow = 0 })], ago));
        board.Replace([target], after);
        Assert.True(board.RemoteObservations()[vip.Vip] is { IsRemembered: true, IsUp: true, ResponseMicros: 20_000 });
        board.Apply(target, ProbeResult.Failure(1000, "connection refused"), after);
        Assert.True(board.RemoteObservations()[vip.Vip] is { IsRemembered: false, IsUp: true });
        // Too late: it has been probed.
        board.Remember(RoundTrip([(vip, Up(vip))], ago));
        Assert.False(board.RemoteObservations()[vip.Vip].IsRemembered);
    }

    private static ImmutableArray<(TargetKey Key, TrackedHealth Health)> RoundTrip(IEnumerable<(TargetKey, TrackedHealth)> board, TimeSpan savedAgo) =>
        [.. StoredTargets.Restore(JsonSerializer.Deserialize<ImmutableArray<StoredHealth>>(JsonSerializer.Serialize(StoredTargets.Of(cluster, board, before))), cluster, after, savedAgo)];

    private static TrackedHealth Up(TargetKey key) => new()
    {
        Observation = new Observation { Vip = key.Vip, State = HealthState.Up, ResponseMicros = 20_000, Samples = 9, MeasuredAt = Before(-2), Reason = "200 OK", LastMicros = 21_000 },
        SuccessesInRow = 9,
        SampledAt = Before(-2),
    };

    private static Instant Before(int seconds) => before + TimeSpan.FromSeconds(seconds);
    private static Instant After(int seconds) => after + TimeSpan.FromSeconds(seconds);
    private static Endpoint At(string text) => Endpoint.TryParse(text, out var parsed) ? parsed : throw new ArgumentException(text);
}
