using CsCheck;
using Pointsman.Health.Probes;
using Pointsman.Model.Probes;

namespace Pointsman.Tests.Health.Probes;

public sealed class DnsReplyTests
{
    private const ushort Id = 0x1234;
    private static readonly DnsCheck s_check = new() { Name = "www.example.com" };

    [Fact]
    [Trait("rfc", "1035 §4.1.1")]
    [Trait("rfc", "1035 §3.1")]
    public void A_query_is_a_header_and_one_question() => Assert.Equal(
        "123401000001000000000000" + "03777777" + "076578616d706c65" + "03636f6d" + "00" + "0001" + "0001",
        Convert.ToHexStringLower(DnsQuery.Write(Id, s_check)));

    [Fact]
    public void The_root_is_asked_for_by_an_empty_name() =>
        Assert.Equal("123401000001000000000000" + "00" + "0002" + "0001", Convert.ToHexStringLower(DnsQuery.Write(Id, new DnsCheck { Name = "", Type = DnsType.Ns })));

    [Theory]
    [Trait("rfc", "1035 §4.1.4")]
    [InlineData("c00c", "192.0.2.1", "a pointer to the question's name")]
    [InlineData("04686f7374c010", "192.0.2.1", "labels, then a pointer")]
    [InlineData("00", "192.0.2.1", "the root")]
    [InlineData("c021", null, "a pointer to itself")]
    [InlineData("c0ff", null, "a pointer forwards")]
    [InlineData("c022", null, "a pointer to the next byte")]
    [InlineData("ffff", null, "a pointer far out")]
    [InlineData("40", null, "a kind of label that is none")]
    [InlineData("3f61", null, "a label longer than the message")]
    public void A_compressed_name_ends_or_is_refused(string owner, string? value, string what)
    {
        var verdict = Read(Reply("8180", 1, owner + "00010001" + "0000003c" + "0004" + "c0000201"), out var reply);
        Assert.True(value is null == (verdict == DnsVerdict.Nonsense), what);
        if (value is not null) Assert.Equal([value], reply.Values);
    }

    [Theory]
    [Trait("rfc", "5452 §9.1")]
    [InlineData("123481800001000100000000", DnsVerdict.Answer, "ours")]
    [InlineData("123581800001000100000000", DnsVerdict.Stranger, "another id")]
    [InlineData("123401800001000100000000", DnsVerdict.Stranger, "a query")]
    [InlineData("123481800002000100000000", DnsVerdict.Stranger, "two questions")]
    [InlineData("1234818000010001", DnsVerdict.Nonsense, "half a header")]
    public void Only_an_answer_to_the_question_is_one(string header, object verdict, string what)
    {
        byte[] message = [.. Convert.FromHexString(header), .. DnsQuery.Write(Id, s_check)[12..], .. Convert.FromHexString("c00c000100010000003c0004c0000201")];
        if (header.Length < 24) message = Convert.FromHexString(header);
        Assert.True((DnsVerdict)verdict == Read(message, out _), what);
    }

    [Fact]
    [Trait("rfc", "2181 §9")]
    public void A_truncated_answer_may_break_off_anywhere_and_another_may_not()
    {
        Assert.Equal(DnsVerdict.Answer, Read(Reply("8380", 2, "c00c000100010000003c0004c0000201" + "c00c0001"), out var reply));
        Assert.Equal((true, 1), (reply.IsTruncated, reply.Values.Length));
        Assert.Equal(DnsVerdict.Nonsense, Read(Reply("8180", 2, "c00c000100010000003c0004c0000201" + "c00c0001"), out _));
    }

    [Theory]
    [Trait("rfc", "1035 §3.3.14")]
    [InlineData("0461626364", "abcd")]
    [InlineData("026162026364", "abcd")]
    [InlineData("0561626364", null)]
    public void Strings_of_a_text_are_joined_and_none_reaches_beyond_its_record(string data, string? value)
    {
        var check = s_check with { Type = DnsType.Txt };
        byte[] message = [.. Convert.FromHexString("123481800001000100000000"), .. DnsQuery.Write(Id, check)[12..], .. Convert.FromHexString($"c00c001000010000003c{data.Length / 2:x4}{data}")];
        Assert.Equal(value is null ? DnsVerdict.Nonsense : DnsVerdict.Answer, DnsReply.Read(message, Id, check, out var reply));
        if (value is not null) Assert.Equal([value], reply.Values);
    }

    [Fact]
    public void Garbage_ends_in_a_verdict()
    {
        var good = Reply("8180", 3, string.Concat(Enumerable.Repeat("c00c000100010000003c0004c0000201", 3)));
        var types = Enum.GetValues<DnsType>();
        Gen.Select(Gen.Select(Gen.Int[0, 200], Gen.Byte).Array[1, 8], Gen.Int[0, types.Length - 1]).Sample((mutations, type) =>
        {
            var bytes = (byte[])good.Clone();
            foreach (var (at, value) in mutations) bytes[at % bytes.Length] = value;
            DnsReply.Read(bytes, Id, s_check with { Type = types[type] }, out _);
        });
        Gen.Byte.Array[0, 200].Sample(bytes => Assert.NotEqual(DnsVerdict.Answer, Read([0xff, .. bytes], out _)));
    }

    private static DnsVerdict Read(byte[] message, out DnsReply reply) => DnsReply.Read(message, Id, s_check, out reply);

    private static byte[] Reply(string flags, int answers, string records) =>
        [.. Convert.FromHexString($"1234{flags}0001{answers:x4}00000000"), .. DnsQuery.Write(Id, s_check)[12..], .. Convert.FromHexString(records)];
}
