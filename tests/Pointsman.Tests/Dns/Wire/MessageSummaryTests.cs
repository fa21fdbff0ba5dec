using System.Net;
using Pointsman.Dns.Dynamic;
using Pointsman.Dns.Wire;
using Pointsman.Tests.Dns.Asking;

namespace Pointsman.Tests.Dns.Wire;

/// <summary>Messages as text: what is in them, and as far as they can be read.</summary>
public sealed class MessageSummaryTests
{
    private static readonly QueryBytes s_query = new("App.example.com", RrType.A) { Payload = 1232, Options = [QueryBytes.Subnet(1, 24, 0, 203, 0, 113)] };

    private static byte[] Answer(QueryBytes query) => Responder.Example(new FakeDynamic("app.example.com")
    {
        Scope = 20,
        Fragments = [AddressFragment.Render([IPAddress.Parse("192.0.2.7"), IPAddress.Parse("2001:db8::7")])],
    }).Raw(query.Build()).ToArray();

    private static MessageSummary Read(byte[] message)
    {
        Assert.True(MessageSummary.TryRead(message, out var summary));
        return summary;
    }

    [Fact]
    public void A_query_has_its_question_and_its_subnet()
    {
        var read = Read(s_query.Build());
        Assert.Equal((false, "App.example.com.", RrType.A, true), (read.IsResponse, read.Name, read.Type, read.IsWhole));
        Assert.Equal(new SubnetSummary(IPAddress.Parse("203.0.113.0"), 24, 0), read.Subnet);
    }

    [Fact]
    public void An_answer_has_its_records_and_how_far_it_holds()
    {
        var read = Read(Answer(s_query));
        Assert.Equal((true, "NOERROR", true, 20), (read.IsResponse, read.RcodeText, read.IsWhole, read.Subnet!.ScopePrefixLength));
        Assert.Equal([("App.example.com.", RrType.A, "192.0.2.7")], read.Answers.Select(record => (record.Owner, record.Type, record.Rdata)));
    }

    [Theory]
    [InlineData("alias.example.com", RrType.AAAA, "NOERROR", "CNAME www.example.com. AAAA 2001:db8::80")]
    [InlineData("nowhere.example.com", RrType.A, "NXDOMAIN", "")]
    [InlineData("www.example.org", RrType.A, "REFUSED", "")]
    [InlineData("unknown.example.com", (RrType)65280, "NOERROR", "TYPE65280 \\# 3 010203")]
    [InlineData("example.com", RrType.NS, "NOERROR", "NS ns1.example.com. NS ns2.example.net.")]
    public void Records_are_told_as_people_write_them(string name, RrType type, string rcode, string answers)
    {
        var read = Read(Answer(new QueryBytes(name, type)));
        Assert.Equal((rcode, answers), (read.RcodeText, string.Join(' ', read.Answers.Select(record => $"{RrTypeText.Format(record.Type)} {record.Rdata}"))));
    }

    [Fact]
    public void An_extended_rcode_is_put_together() => Assert.Equal("BADVERS", Read(Answer(s_query with { Version = 1 })).RcodeText);

    [Fact]
    public void A_pointer_that_does_not_lead_back_ends_the_reading()
    {
        // A question whose name points at itself; one that points forward; two that point at each other.
        foreach (var name in (byte[][])[[0xC0, 12], [0xC0, 20], [0xC0, 14, 0xC0, 12]])
        {
            var read = Read([0, 1, 0x80, 0, 0, 1, 0, 0, 0, 0, 0, 0, .. name, 0, 1, 0, 1]);
            Assert.Equal((null, false), (read.Name, read.IsWhole));
        }
    }

    [Fact]
    public void Less_than_a_header_and_more_than_a_message_can_have_are_no_message()
    {
        Assert.False(MessageSummary.TryRead(new byte[11], out _));
        Assert.False(MessageSummary.TryRead(new byte[65536], out _));
    }

    [Fact]
    public void Mutilated_messages_are_read_as_far_as_they_go()
    {
        const int Seed = 20261127, Messages = 200_000;
        var random = new Random(Seed);
        byte[][] seeds = [s_query.Build(), Answer(s_query), Answer(new("alias.example.com", RrType.AAAA)), Answer(new("example.com", RrType.NS)), Answer(new("nowhere.example.com", RrType.A))];
        for (var i = 0; i < Messages; i++)
        {
            var message = seeds[i % seeds.Length].ToArray();
            for (var changes = random.Next(1, 6); changes > 0; changes--) message[random.Next(message.Length)] = random.Next(3) == 0 ? (byte)0xC0 : (byte)random.Next(256);
            var length = random.Next(4) == 0 ? random.Next(message.Length + 1) : message.Length;
            try
            {
                if (MessageSummary.TryRead(message.AsSpan(0, length), out var read)) Assert.True(read.Answers.Count <= MessageSummary.MostRecords);
                else Assert.True(length < 12);
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"seed {Seed}, message {i}: {Convert.ToHexString(message, 0, length)}: {e}");
            }
        }
    }
}
