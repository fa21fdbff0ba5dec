using System.Collections.Frozen;
using Pointsman.Dssp;
using Pointsman.Dssp.Transport;
using Pointsman.Model;
using Pointsman.Policy.Tables;

namespace Pointsman.Tests.Dssp;

/// <summary>Versions 1 and 2 beside each other, as in a rolling upgrade.</summary>
public sealed class VersionTests
{
    private static readonly DsspVersions one = new(1, 1);
    private static readonly DsspVersions two = new(2, 2);

    [Fact]
    public void Version_1_is_written_as_it_always_was()
    {
        Assert.Equal(GoldenFrames.HelloBytes, Convert.ToHexStringLower(FrameCodec.Encode(DsspFrame.Of(GoldenFrames.Hello), TestMesh.Start)));
        Assert.Equal(GoldenFrames.StateBytes, Convert.ToHexStringLower(FrameCodec.Encode(DsspFrame.Of(GoldenFrames.State, 1), TestMesh.Start)));
    }

    [Fact]
    public void Version_1_is_understood_as_it_always_was()
    {
        Assert.True(FrameCodec.TryDecode(Convert.FromHexString(GoldenFrames.HelloBytes), TestMesh.Start, out var hello, out _));
        Assert.Equal(GoldenFrames.Hello.Remembers, hello.Hello!.Remembers);
        Assert.Equal(GoldenFrames.Hello with { Remembers = [] }, hello.Hello with { Remembers = [] });
        Assert.True(FrameCodec.TryDecode(Convert.FromHexString(GoldenFrames.StateBytes), TestMesh.Start, out var state, out _));
        AssertSame(GoldenFrames.State, state.State!);
    }

    [Fact]
    public void What_version_2_adds_is_left_out_for_a_peer_that_speaks_only_1()
    {
        var state = GoldenFrames.State with { Observations = [.. GoldenFrames.State.Observations.Select(seen => seen.State == HealthState.Up ? seen with { Reason = "200 OK" } : seen)] };
        Assert.Equal(GoldenFrames.StateBytes, Convert.ToHexStringLower(FrameCodec.Encode(DsspFrame.Of(state, 1), TestMesh.Start)));
    }

    [Fact]
    public void Version_2_carries_the_replies_of_good_probes_too_each_once()
    {
        var few = Replies(2_000, number => number % 3 == 0 ? "200 OK" : "204 No Content");
        var read = RoundTrip(few, 2);
        AssertSame(few, read);
        Assert.Same(read.Observations[0].Reason, read.Observations[3].Reason);
        Assert.InRange(Length(few, 2) - Length(Replies(2_000, _ => ""), 2), 2_000, 2 * 2_000 + 50);
    }

    [Fact]
    public void Past_the_most_replies_those_of_good_probes_are_left_out_and_not_those_of_bad_ones()
    {
        var many = Replies(2_000, number => $"reply {number}", number => number % 2 == 0 ? HealthState.Up : HealthState.Down);
        var read = RoundTrip(many, 2);
        Assert.Equal(1_000, read.Observations.Count(seen => seen.State == HealthState.Down && seen.Reason.Length > 0));
        Assert.Equal(DsspLimits.Replies - 1_000, read.Observations.Count(seen => seen.State == HealthState.Up && seen.Reason.Length > 0));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void When_everything_is_down_for_a_reason_of_its_own_the_word_still_fits_in_a_frame(int version)
    {
        var worst = Replies(DsspLimits.Observations, number => $"{number} {new string('x', DsspLimits.ReasonCharacters)}", _ => HealthState.Down);
        Assert.Equal(DsspLimits.Observations, RoundTrip(worst, version).Observations.Length);
    }

    [Theory]
    [InlineData(1, 1, 1, 2, 1)]
    [InlineData(1, 2, 1, 1, 1)]
    [InlineData(1, 2, 1, 2, 2)]
    [InlineData(2, 2, 1, 2, 2)]
    [InlineData(1, 2, 2, 7, 2)]
    public void The_highest_common_version_is_spoken(int lowest, int highest, int theirLowest, int theirHighest, int spoken)
    {
        var machine = new DsspMachine(new DsspIdentity(TestMesh.Cluster(), new SiteId(1), 1, Versions: new DsspVersions(lowest, highest)), TestMesh.Start);
        machine.Tick(TestMesh.Start, TestMesh.Calm);
        machine.Connected(new SiteId(2), TestMesh.Start);
        var effects = machine.Receive(new SiteId(2), DsspFrame.Of(TestMesh.HelloOf(2) with { VersionLowest = theirLowest, VersionHighest = theirHighest }), TestMesh.Start);
        Assert.Equal(spoken, machine.Peers.First().Version);
        Assert.Equal(spoken, effects.OfType<SendFrame>().Single().Frame.Version);
    }

    [Fact]
    public void Two_nodes_with_no_version_in_common_part_with_an_alarm()
    {
        var mesh = new MixedMesh(one, two);
        Assert.All(mesh.Machines, machine => Assert.False(machine.Peers.Single().Established));
        Assert.All(mesh.Alarms, alarm => Assert.Equal((AlarmKind.VersionUnsupported, true), (alarm.Kind, alarm.Active)));
        Assert.NotEmpty(mesh.Alarms);
    }

    [Fact]
    public void A_reload_that_changes_the_versions_greets_anew()
    {
        var speaker = new TestSpeaker().Meet(2, 3);
        var cluster = TestMesh.Cluster();
        var effects = speaker.Machine.Reconfigure(cluster with { Dssp = cluster.Dssp with { Versions = one } }, speaker.Now);
        Assert.Equal([CloseReason.VersionsChanged, CloseReason.VersionsChanged], effects.OfType<ClosePeer>().Select(close => close.Reason));
        var greeting = speaker.Machine.Connected(new SiteId(2), speaker.Now).OfType<SendFrame>().Single().Frame.Hello!;
        Assert.Equal((1, 1), (greeting.VersionLowest, greeting.VersionHighest));
    }

    [Fact]
    [Trait("mission", "P5.7")]
    public void A_mesh_of_both_versions_computes_one_table()
    {
        var mesh = new MixedMesh(one, DsspVersions.All, DsspVersions.All, one);
        var digests = mesh.Machines.Select((machine, index) => HandOffTable.From(mesh.SnapshotOf(index), mesh.Cluster.Services[0]).Digest).ToArray();
        Assert.Single(digests.Distinct());
        Assert.All(mesh.Machines, machine => Assert.Equal(4, machine.States.Count));
        Assert.Equal([1, 2, 1], mesh.Machines[1].Peers.Select(peer => peer.Version));
        // Those of version 2 know of each other what they do not know of the others.
        Assert.Equal("200 OK", mesh.Machines[1].States[new SiteId(3)].Observations[0].Reason);
        Assert.Equal("", mesh.Machines[1].States[new SiteId(1)].Observations[0].Reason);
    }

    private static SiteState Replies(int observations, Func<int, string> reply, Func<int, HealthState>? state = null) => TestMesh.State(2, 1) with
    {
        Observations = [.. Enumerable.Range(0, observations).Select(number => TestMesh.Seen(1) with { Vip = TestMesh.VipOf(1) with { Service = new ServiceId(number + 1) }, State = state?.Invoke(number) ?? HealthState.Up, Reason = reply(number) })],
    };

    private static int Length(SiteState state, int version) => FrameCodec.Encode(DsspFrame.Of(state, version), TestMesh.Start).Length;

    private static SiteState RoundTrip(SiteState state, int version)
    {
        Assert.True(FrameCodec.TryDecode(FrameCodec.Encode(DsspFrame.Of(state, version), TestMesh.Start), TestMesh.Start, out var frame, out var fault), fault);
        return frame.State!;
    }

    private static void AssertSame(SiteState expected, SiteState actual)
    {
        Assert.Equal(expected.Vips, actual.Vips);
        Assert.Equal(expected.Observations, actual.Observations);
        Assert.Equal(expected.Orders, actual.Orders);
        Assert.Equal(expected with { Vips = [], Observations = [], Orders = [], Overrides = [] }, actual with { Vips = [], Observations = [], Orders = [], Overrides = [] });
    }

    /// <summary>Machines that hear each other's bytes at once; each sees the next site down and the others up.</summary>
    private sealed class MixedMesh
    {
        private readonly Queue<(int From, int To, DsspFrame Frame)> underWay = [];

        public MixedMesh(params DsspVersions[] versions)
        {
            Cluster = TestMesh.Cluster(versions.Length);
            Machines = [.. versions.Select((spoken, index) => new DsspMachine(new DsspIdentity(Cluster, new SiteId(index + 1), 1, Versions: spoken), TestMesh.Start))];
            for (var index = 0; index < Machines.Length; index++) Carry(index, Machines[index].Tick(TestMesh.Start, LocalOf(index + 1)));
            for (var left = 0; left < Machines.Length; left++)
            {
                for (var right = 0; right < left; right++)
                {
                    var (hello, answer) = (Machines[left].Connected(new SiteId(right + 1), TestMesh.Start), Machines[right].Connected(new SiteId(left + 1), TestMesh.Start));
                    Carry(left, hello);
                    Carry(right, answer);
                }
            }

            // In the order of sending, as streams do.
            while (underWay.TryDequeue(out var frame)) Carry(frame.To, Machines[frame.To].Receive(new SiteId(frame.From + 1), frame.Frame, TestMesh.Start));
        }

        public Cluster Cluster { get; }
        public DsspMachine[] Machines { get; }
        public List<AlarmChanged> Alarms { get; } = [];

        public Snapshot SnapshotOf(int index) => new() { Id = 1, Time = default, Now = TestMesh.Start, Cluster = Cluster, Self = new SiteId(index + 1), States = Machines[index].States.ToFrozenDictionary() };

        private LocalReport LocalOf(int site)
        {
            var others = Enumerable.Range(1, Cluster.Sites.Length).Where(other => other != site).ToArray();
            return new LocalReport
            {
                Vips = [TestMesh.Own(site, connections: site)],
                Observations = [.. others.Select((other, place) => TestMesh.Seen(other, place == 1 ? HealthState.Down : HealthState.Up) with { Reason = place == 1 ? "refused" : "200 OK" })],
                Orders = [TestMesh.Order([.. others.Where((_, place) => place != 1)])],
            };
        }

        private void Carry(int from, IReadOnlyList<IDsspEffect> effects)
        {
            Alarms.AddRange(effects.OfType<AlarmChanged>());
            foreach (var send in effects.OfType<SendFrame>())
            {
                var to = send.Peer.Value - 1;
                Assert.True(FrameCodec.TryDecode(FrameCodec.Encode(send.Frame, TestMesh.Start), TestMesh.Start, out var frame, out var fault), fault);
                underWay.Enqueue((from, to, frame));
            }
        }
    }
}
