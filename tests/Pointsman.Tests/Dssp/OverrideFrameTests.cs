using CsCheck;
using Google.Protobuf;
using Pointsman.Dssp;
using Pointsman.Dssp.Transport;
using Pointsman.Model;
using Pointsman.Tests.Model;

namespace Pointsman.Tests.Dssp;

/// <summary>Operators' orders on the wire: field 18 of a state.</summary>
public sealed class OverrideFrameTests
{
    private static readonly SiteState calm = TestMesh.State(1, 1);

    [Fact]
    public void Orders_come_out_as_they_went_in() =>
        Overrides.Any.Array[0, 20].Sample(all => Assert.Equal(all, Read(calm with { Overrides = [.. all] })!.Overrides));

    [Theory]
    [InlineData("more than any node knows")]
    [InlineData("a reason of 201 characters")]
    [InlineData("given by nobody")]
    [InlineData("a certificate of 4 KiB and one")]
    [InlineData("an unknown kind")]
    public void What_nobody_honest_sends_costs_the_peer_its_stream(string what)
    {
        var order = Overrides.Make(OverrideKind.Drain, 2);
        var bad = what switch
        {
            "more than any node knows" => calm with { Overrides = [.. Enumerable.Repeat(order, OverrideLimits.Carried + 1)] },
            "a reason of 201 characters" => calm with { Overrides = [order with { Why = new string('x', 201) }] },
            "given by nobody" => calm with { Overrides = [order with { Who = "" }] },
            "an unknown kind" => calm with { Overrides = [order with { Kind = (OverrideKind)4 }] },
            _ => calm with { Overrides = [order with { Signature = new OverrideSignature([.. new byte[4097]], [1]) }] },
        };
        Assert.False(FrameCodec.TryDecode(FrameCodec.Encode(DsspFrame.Of(bad), default), default, out _, out var fault));
        Assert.Contains("order", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_million_orders_are_refused_by_the_size_of_their_frame()
    {
        var bytes = FrameCodec.Encode(DsspFrame.Of(calm with { Overrides = [.. Enumerable.Repeat(Overrides.Make(OverrideKind.Drain, 2), 1_000_000)] }), default);
        Assert.False(FrameCodec.TryDecode(bytes, default, out _, out var fault));
        Assert.Contains("bytes", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Control_characters_of_a_peer_never_reach_a_terminal() =>
        Assert.Equal("a?[31mb", Read(calm with { Overrides = [Overrides.Make(OverrideKind.Drain, 2, why: "a\u001b[31mb")] })!.Overrides.Single().Why);

    [Fact]
    public void An_older_peer_reads_a_state_with_orders_as_if_they_were_not_there()
    {
        // What it does not know it passes over: the state without field 18 is what is left.
        var state = calm with { SelfReport = SelfReport.Draining, Vips = [TestMesh.Own(condition: VipCondition.Draining)] };
        var with = FrameCodec.Encode(DsspFrame.Of(state with { Overrides = [Overrides.Make(OverrideKind.Drain, 1)] }), default);
        var without = FrameCodec.Encode(DsspFrame.Of(state), default);
        Assert.True(with.Length > without.Length);
        var tag = WireFormat.MakeTag(18, WireFormat.WireType.LengthDelimited);
        Assert.Equal(146U, tag);
        Assert.True(with.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x92, 0x01]) > 0);
        var read = Read(state with { Overrides = [Overrides.Make(OverrideKind.Drain, 1)] })!;
        Assert.Equal((SelfReport.Draining, VipCondition.Draining), (read.SelfReport, read.Vips.Single().Condition));
    }

    [Fact]
    [Trait("mission", "P5.5")]
    public void A_new_order_leaves_within_100_ms_to_all_as_an_operators_event_and_a_known_one_does_not_leave_again()
    {
        var speaker = new TestSpeaker().Meet(2, 3);
        speaker.Tick();
        speaker.After(10_000);
        speaker.Local = TestMesh.Calm with { Overrides = [Overrides.Make(OverrideKind.Drain, 3)] };
        var told = speaker.After(60);
        foreach (var peer in (int[])[2, 3])
        {
            var word = told.SentTo(peer).Single();
            Assert.Equal((true, EventReasons.OperatorChange), (word.IsEvent, word.Reasons));
            Assert.Equal(new SiteId(3), word.Overrides.Single().Key.Site);
        }

        speaker.Local = TestMesh.Calm with { Overrides = [Overrides.Make(OverrideKind.Drain, 3)] };
        Assert.Empty(speaker.After(5_000).SentTo(2));
    }

    private static SiteState? Read(SiteState state)
    {
        Assert.True(FrameCodec.TryDecode(FrameCodec.Encode(DsspFrame.Of(state), default), default, out var frame, out var fault), fault);
        return frame.State;
    }
}
