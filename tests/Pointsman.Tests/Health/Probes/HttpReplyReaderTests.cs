using System.Text;
using CsCheck;
using Pointsman.Health.Probes;

namespace Pointsman.Tests.Health.Probes;

public sealed class HttpReplyReaderTests
{
    /// <summary>A whole reply (the server closes after it), the status and the body it means; no body = nonsense, with a piece of the reason.</summary>
    public static TheoryData<string, string, int, string?, string> Replies => new()
    {
        { "a length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, "hello", "" },
        { "to the close", "HTTP/1.0 200 OK\r\nServer: x\r\n\r\nhello", 200, "hello", "" },
        { "chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n", 200, "hello", "" },
        { "chunks with extensions, trailers, capitals", "HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, Chunked\r\n\r\n0A;a=\"b\"\r\n0123456789\r\n0\r\nX: y\r\n\r\n", 200, "0123456789", "" },
        { "a coding that is not chunked: to the close", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\nContent-Length: 1\r\n\r\nhello", 200, "hello", "" },
        { "chunks override a length", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n", 200, "hi", "" },
        { "the same length twice", "HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\nContent-Length: 2\r\n\r\nhi", 200, "hi", "" },
        { "no body for 204", "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", 204, "", "" },
        { "no body for 304", "HTTP/1.1 304 Not Modified\r\n\r\n", 304, "", "" },
        { "an empty body", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 200, "", "" },
        { "interim replies first", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", 200, "hi", "" },
        { "bare line feeds", "HTTP/1.1 200 OK\nContent-Length: 2\n\nhi", 200, "hi", "" },
        { "no reason phrase", "HTTP/1.1 503 \r\nContent-Length: 0\r\n\r\n", 503, "", "" },
        { "not even the space before it", "HTTP/1.1 503\r\nContent-Length: 0\r\n\r\n", 503, "", "" },
        { "a folded field of no interest", "HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 2\r\n\r\nhi", 200, "hi", "" },
        { "a header line longer than is kept", "HTTP/1.1 200 OK\r\nSet-Cookie: " + new string('x', 9000) + "\r\nContent-Length: 2\r\n\r\nhi", 200, "hi", "" },
        { "nothing", "", 0, null, "closed without a reply" },
        { "another protocol", "SSH-2.0-OpenSSH_9.2\r\n", 0, null, "not an HTTP/1 reply: 'SSH-2.0" },
        { "HTTP/2", "HTTP/2 200 OK\r\n\r\n", 0, null, "not an HTTP/1 reply" },
        { "the head breaks off", "HTTP/1.1 200 OK\r\nContent-", 0, null, "in the middle of the head" },
        { "the body breaks off", "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello", 0, null, "closed after 5 bytes of the body" },
        { "chunks without an end", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n", 0, null, "closed after 3 bytes of the body" },
        { "two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello", 0, null, "a bad header line" },
        { "a negative length", "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello", 0, null, "a bad header line" },
        { "a length past all numbers", "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n", 0, null, "a bad header line" },
        { "a folded length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n 5\r\n\r\n", 0, null, "a bad header line" },
        { "a line without a colon", "HTTP/1.1 200 OK\r\nhello world\r\n\r\n", 0, null, "a bad header line: 'hello world'" },
        { "a chunk size that is none", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 0, null, "a bad chunk size: 'zz'" },
        { "a chunk size past all numbers", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n", 0, null, "a bad chunk size" },
        { "a chunk longer than announced", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n0\r\n\r\n", 0, null, "a chunk longer" },
        { "a status that is none", "HTTP/1.1 2OO OK\r\n\r\n", 0, null, "not an HTTP/1 reply" },
        { "another protocol, unasked", "HTTP/1.1 101 Switching Protocols\r\n\r\n", 0, null, "101" },
        { "interim replies without end", string.Concat(Enumerable.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 20)), 0, null, "interim" },
        { "a head without end", "HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Repeat("X: " + new string('x', 997) + "\r\n", 80)), 0, null, "64 KiB of head" },
    };

    [Theory]
    [MemberData(nameof(Replies))]
    [Trait("rfc", "9112 §6.3")]
    public void A_reply_is_read_the_same_wherever_it_is_split(string what, string text, int status, string? body, string reason)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        var whole = Read(bytes, bytes.Length);
        Assert.True(body is null == (whole.Progress == ReplyProgress.Nonsense), what);
        if (body is null) Assert.Contains(reason, whole.Reader.Failure);
        else Assert.Equal((status, body, body.Length), (whole.Reader.Head.Status, Encoding.Latin1.GetString(whole.Reader.Kept), (int)whole.Reader.BodyBytes));

        foreach (var size in new[] { 1, 2, 3, 7, 1000 })
        {
            var split = Read(bytes, size);
            Assert.Equal(whole.Progress, split.Progress);
            if (body is not null) Assert.Equal(body, Encoding.Latin1.GetString(split.Reader.Kept));
            else if (!whole.Reader.Failure.StartsWith("not an HTTP/1", StringComparison.Ordinal)) Assert.Equal(whole.Reader.Failure, split.Reader.Failure);
        }
    }

    [Fact]
    [Trait("rfc", "9112 §2.2")]
    public void A_bare_line_feed_ends_a_line_as_well()
    {
        var reply = Read("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n2\nhi\n0\n\n"u8.ToArray(), 5);
        Assert.Equal((ReplyProgress.Complete, 200, "hi"), (reply.Progress, reply.Reader.Head.Status, Encoding.ASCII.GetString(reply.Reader.Kept)));
    }

    [Theory]
    [InlineData(1, 200, "one")]
    [InlineData(8, 200, "as many as we bear")]
    [InlineData(9, null, "one more")]
    [Trait("rfc", "9110 §15.2")]
    public void Interim_replies_come_first_and_are_passed_over(int interim, int? status, string _)
    {
        var text = string.Concat(Enumerable.Repeat("HTTP/1.1 199 Wait\r\nContent-Length: 99\r\n\r\n", interim)) + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
        var reply = Read(Encoding.ASCII.GetBytes(text), 7);
        Assert.Equal(status is null ? ReplyProgress.Nonsense : ReplyProgress.Complete, reply.Progress);
        if (status is { } final) Assert.Equal((final, 2), (reply.Reader.Head.Status, (int)reply.Reader.BodyBytes));
    }

    [Theory]
    [InlineData("5\r\nhello\r\n0\r\n\r\n", "hello", "one chunk")]
    [InlineData("A\r\n0123456789\r\n0b\r\n0123456789a\r\n00\r\n\r\n", "01234567890123456789a", "hexadecimal in both cases, zeros before it")]
    [InlineData("2;name;other=\"a b\"\r\nhi\r\n0;last\r\n\r\n", "hi", "extensions mean nothing")]
    [InlineData("2\r\nhi\r\n0\r\nExpires: never\r\nX: y\r\n\r\n", "hi", "trailer fields are passed over")]
    [InlineData("2\r\nhi0\r\n\r\n", null, "no line end after a chunk")]
    [InlineData("-2\r\nhi\r\n0\r\n\r\n", null, "a sign")]
    [InlineData("0x2\r\nhi\r\n0\r\n\r\n", null, "a prefix")]
    [InlineData(";x\r\n\r\n", null, "an extension alone")]
    [Trait("rfc", "9112 §7.1")]
    public void Chunks_are_joined(string chunks, string? body, string _)
    {
        var reply = Read(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks), 3);
        Assert.Equal(body is null ? ReplyProgress.Nonsense : ReplyProgress.Complete, reply.Progress);
        if (body is not null) Assert.Equal(body, Encoding.ASCII.GetString(reply.Reader.Kept));
    }

    [Fact]
    public void A_body_past_the_limit_is_cut_and_no_more_of_it_is_kept_than_fits()
    {
        foreach (var head in new[] { "Content-Length: 1000000000", "X: to the close" })
        {
            var reader = New(keep: 100);
            Assert.Equal(ReplyProgress.More, reader.Feed(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\n{head}\r\n\r\n")));
            var block = new byte[10_000];
            var fed = 0;
            var progress = ReplyProgress.More;
            for (; progress == ReplyProgress.More && fed < 1000; fed++) progress = reader.Feed(block);
            Assert.Equal(ReplyProgress.Cut, progress);
            Assert.Equal(HttpReplyReader.MostBodyBytes, reader.BodyBytes);
            Assert.Equal(100, reader.Kept.Length);
            Assert.InRange(fed, 104, 106);
        }
    }

    [Fact]
    public void Garbage_ends_in_nonsense_or_a_reply_and_never_in_an_exception()
    {
        var seeds = Replies.Select(row => Encoding.Latin1.GetBytes(row.Data.Item2)).Where(reply => reply.Length is > 0 and < 500).ToArray();
        var mutation = Gen.Select(Gen.Int[0, 499], Gen.Byte);
        Gen.Select(Gen.Int[0, seeds.Length - 1], mutation.Array[0, 6], Gen.Int[1, 40]).Sample((seed, mutations, size) =>
        {
            var bytes = (byte[])seeds[seed].Clone();
            foreach (var (at, value) in mutations) bytes[at % bytes.Length] = value;
            Assert.NotEqual(ReplyProgress.More, Read(bytes, size).Progress);
        });
        Gen.Byte.Array[0, 300].Sample(bytes => Assert.NotEqual(ReplyProgress.More, Read(bytes, 11).Progress));
    }

    [Fact]
    public void What_can_not_become_HTTP_is_refused_at_its_first_byte() => Assert.Equal(ReplyProgress.Nonsense, New().Feed("2"u8));

    private static (ReplyProgress Progress, HttpReplyReader Reader) Read(byte[] bytes, int size)
    {
        var reader = New();
        for (var at = 0; at < bytes.Length; at += size)
        {
            var progress = reader.Feed(bytes.AsSpan(at, Math.Min(size, bytes.Length - at)));
            if (progress != ReplyProgress.More) return (progress, reader);
        }

        return (reader.Ended(), reader);
    }

    private static HttpReplyReader New(int keep = 65536) => new(new byte[1024], new byte[keep], new HttpHead());
}
