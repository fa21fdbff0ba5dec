using System.Text;
using Pointsman.Dnstap;
using Pointsman.Dnstap.FrameStreams;

namespace Pointsman.Tests.Dnstap;

/// <summary>Reading back what was recorded, whole, cut short or mutilated.</summary>
public sealed class DnstapReaderTests
{
    private static (List<TapMessage> Messages, DnstapReader Reader) Read(byte[] octets)
    {
        var reader = new DnstapReader(new MemoryStream(octets));
        var messages = new List<TapMessage>();
        while (reader.TryRead(out var message)) messages.Add(message);
        Assert.False(reader.TryRead(out _));
        return (messages, reader);
    }

    [Fact]
    public void Each_query_and_answer_comes_back_as_it_was_recorded()
    {
        var (messages, reader) = Read(Recorded.Stream(3));
        Assert.Null(reader.Note);
        Assert.Equal([.. Enumerable.Repeat((TapMessageType[])[TapMessageType.AuthQuery, TapMessageType.AuthResponse], 3).SelectMany(pair => pair)], messages.Select(m => m.Type));
        for (ushort id = 0; id < 3; id++)
        {
            var (query, response) = (messages[2 * id], messages[(2 * id) + 1]);
            Assert.Equal(Recorded.Query(id), query.Query.ToArray());
            Assert.Equal(Recorded.Response(id), response.Response.ToArray());
            Assert.Equal((0, 0), (query.Response.Length, response.Query.Length));
            foreach (var message in (TapMessage[])[query, response])
            {
                Assert.Equal((Recorded.Client, Recorded.Server, TapProtocol.Udp), (message.Client, message.Server, message.Protocol));
                Assert.Equal((Recorded.Time, Recorded.Time), (message.Time, message.QueryTime));
                Assert.Equal(("node-1", "pointsman 1"), (Encoding.UTF8.GetString(message.Identity.Span), Encoding.UTF8.GetString(message.Version.Span)));
            }
            Assert.Equal((null, Recorded.Time), (query.ResponseTime, response.ResponseTime));
        }
    }

    [Fact]
    public void A_stream_cut_anywhere_gives_what_was_whole_and_says_so()
    {
        var whole = Recorded.Stream(2);
        for (var length = 0; length < whole.Length; length++)
        {
            var (messages, reader) = Read(whole[..length]);
            Assert.InRange(messages.Count, 0, 4);
            Assert.False(reader.IsMalformed);
            Assert.Contains("STOP", reader.Note, StringComparison.Ordinal);
        }
        Assert.Equal(4, Read(whole).Messages.Count);
    }

    [Theory]
    [InlineData("47455420", "does not begin with a START frame")]
    [InlineData("00000000ffffffff", "a control frame of 4294967295 octets")]
    [InlineData("00000000" + "00000004" + "00000003", "begins with a Stop frame")]
    [InlineData("00000000" + "0000000f" + "00000002" + "00000001" + "00000003" + "616263", "content type 'abc'")]
    [InlineData("00000000" + "00000004" + "00000002" + "00100001", "a frame of 1048577 octets")]
    [InlineData("00000000" + "00000004" + "00000002" + "00000000" + "00000004" + "00000005", "a Finish frame among the data")]
    public void What_is_no_frame_stream_is_told(string hex, string words)
    {
        var (messages, reader) = Read([.. Convert.FromHexString(hex), 1, 2, 3, 4, 5, 6, 7, 8]);
        Assert.Empty(messages);
        Assert.True(reader.IsMalformed);
        Assert.Contains(words, reader.Note, StringComparison.Ordinal);
    }

    [Fact]
    public void A_frame_that_is_no_message_is_passed_and_counted()
    {
        var whole = Recorded.Stream(1);
        var start = ControlFrame.Build(ControlType.Start, ControlFrame.Dnstap);
        // Garbage; a payload without a message; a message of type 99.
        byte[] extra = [.. Recorded.Frame([0xFF, 0xFF, 0xFF]), .. Recorded.Frame([0x78, 1]), .. Recorded.Frame([0x78, 1, 0x72, 2, 8, 99])];
        var (messages, reader) = Read([.. start, .. extra, .. whole[start.Length..]]);
        Assert.Equal((2, 3, false), (messages.Count, reader.Skipped, reader.IsMalformed));
        Assert.Contains("frames skipped: 3", reader.Note, StringComparison.Ordinal);
    }

    [Fact]
    public void Fields_that_mean_nothing_are_left_out()
    {
        // AUTH_QUERY over protocol 42 from an address of 3 octets, at a second past the year 9999.
        byte[] message = [8, 1, 0x18, 42, 0x22, 3, 1, 2, 3, 0x40, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F];
        var (messages, _) = Read([.. ControlFrame.Build(ControlType.Start), .. Recorded.Frame([0x78, 1, 0x72, (byte)message.Length, .. message]), .. ControlFrame.Build(ControlType.Stop)]);
        Assert.Equal((null, null, null), (messages.Single().Protocol, messages[0].Client, messages[0].Time));
    }

    [Fact]
    public void Mutilated_streams_do_no_more_than_end()
    {
        const int Seed = 20261126, Streams = 4000;
        var random = new Random(Seed);
        var whole = Recorded.Stream(4);
        for (var i = 0; i < Streams; i++)
        {
            var mutant = whole.ToList();
            for (var changes = random.Next(1, 8); changes > 0; changes--)
            {
                var at = random.Next(mutant.Count);
                switch (random.Next(4))
                {
                    case 0: mutant[at] = (byte)random.Next(256); break;
                    case 1: mutant.RemoveRange(at, Math.Min(random.Next(1, 40), mutant.Count - at)); break;
                    case 2: mutant.InsertRange(at, mutant.GetRange(0, random.Next(1, Math.Min(60, mutant.Count)))); break;
                    default: mutant[at] ^= (byte)(1 << random.Next(8)); break;
                }
                if (mutant.Count == 0) mutant.Add(0);
            }
            try
            {
                var (messages, reader) = Read([.. mutant]);
                Assert.True(messages.Count + reader.Skipped <= mutant.Count / 4);
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"seed {Seed}, stream {i}: {e}");
            }
        }
    }
}
