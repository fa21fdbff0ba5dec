using Pointsman.Health;
using Pointsman.Model;
using Pointsman.Model.Probes;

namespace Pointsman.Tests.Health;

public sealed class HealthBoardTests
{
    private static readonly VipKey OwnVip = new(Given.Web, Given.Here, Given.At("192.0.2.100:80"));

    [Fact]
    [Trait("mission", "P4.3")]
    public void The_servers_of_a_VIP_are_judged_one_by_one()
    {
        var (first, second) = (Server("10.0.0.1:8080"), Server("10.0.0.2:8080"));
        var board = new HealthBoard();
        board.Replace([first, second, Given.Target()]);
        for (var i = 0; i < 3; i++)
        {
            board.Apply(first, Given.Success(), new Instant(i));
            board.Apply(second, Given.Failure(), new Instant(i));
        }

        var states = board.Servers(OwnVip).ToDictionary(server => server.Server.ToString(), server => server.Seen.State);
        Assert.Equal(HealthState.Up, states["10.0.0.1:8080"]);
        Assert.Equal(HealthState.Down, states["10.0.0.2:8080"]);
        Assert.Equal(2, states.Count);
        Assert.Equal([Given.RemoteVip()], board.RemoteObservations().Keys);
    }

    [Fact]
    public void A_reload_keeps_what_did_not_change_and_forgets_what_went()
    {
        var (kept, asked, gone) = (Given.Target(1), Given.Target(2), Given.Target(3));
        var board = new HealthBoard();
        board.Replace([kept, asked, gone]);
        foreach (var target in new[] { kept, asked, gone }) board.Apply(target, Given.Success(40), new Instant(0));
        var before = board.Find(kept.Key);

        var other = asked with { Settings = asked.Settings with { Check = new HttpCheck { Path = "/other" } } };
        board.Replace([Given.Target(1), other, Given.Target(4)]);
        Assert.Same(before, board.Find(kept.Key));
        Assert.Null(board.Find(gone.Key));
        Assert.Equal(HealthState.Unknown, board.Find(Given.Target(4).Key)!.State);
        Assert.Equal(HealthState.Up, board.Find(other.Key)!.State);

        Assert.Null(board.Apply(asked, Given.Success(40), new Instant(1)));
        board.Apply(other, Given.Success(90), new Instant(1));
        Assert.Equal((90_000, 1), (board.Find(other.Key)!.Observation.ResponseMicros, board.Find(other.Key)!.Observation.Samples));
    }

    [Fact]
    public void A_longer_interval_alone_keeps_the_average()
    {
        var board = new HealthBoard();
        board.Replace([Given.Target()]);
        board.Apply(Given.Target(), Given.Success(40), new Instant(0));
        var slower = Given.Target(1, new ProbeSettings { Interval = TimeSpan.FromMinutes(1) });
        board.Replace([slower]);
        board.Apply(slower, Given.Success(90), new Instant(1));
        Assert.Equal((40_000, 2), (board.Find(slower.Key)!.Observation.ResponseMicros, board.Find(slower.Key)!.Observation.Samples));
    }

    private static ProbeTarget Server(string address) => new()
    {
        Key = new TargetKey(OwnVip, Given.At(address)),
        ConnectTo = Given.At(address),
        Settings = new ProbeSettings(),
        HostName = "www.example.com",
    };
}
