using Pointsman.Health.Probes;
using Pointsman.Health.Probes.SendExpect;
using Pointsman.Model.Probes;

namespace Pointsman.Tests.Health.Probes.SendExpect;

[Trait("mission", "P4.2")]
public sealed class FtpTests
{
    private const string Anonymous = "S: 220 hi\nC: USER anonymous\nS: 331 password?\nC: PASS pointsman@\nS: 230 welcome\n";

    [Fact]
    [Trait("rfc", "1635")]
    public void Anonymous_logs_in_where_nobody_is_named() => Assert.Equal("230 logged in", Play(new FtpCheck(), Anonymous + "C: QUIT\nS: 221 bye"));

    [Fact]
    public void A_login_without_a_password_is_one() => Assert.Equal("230 logged in", Play(new FtpCheck { Login = new ProbeLogin("joe", new Secret("p")) }, "S: 220 hi\nC: USER joe\nS: 230 welcome\nC: QUIT"));

    [Theory]
    [InlineData(null, "213 /a b.txt, 12 bytes", "C: QUIT")]
    [InlineData(12L, "213 /a b.txt, 12 bytes", "C: QUIT")]
    [InlineData(13L, "/a b.txt has 12 bytes, expected 13", "")]
    [Trait("rfc", "3659 §4")]
    public void The_size_of_a_file_is_that_of_its_bytes(long? wanted, string reply, string quit) =>
        Assert.Equal(reply, Play(new FtpCheck { File = "/a b.txt", ExpectSize = wanted }, Anonymous + $"C: TYPE I\nS: 200 ok\nC: SIZE /a b.txt\nS: 213 12\n{quit}"));

    [Fact]
    public void A_missing_file_is_told() => Assert.Equal("the reply to SIZE was '550 Could not get file size.', expected 213",
        Play(new FtpCheck { File = "gone" }, Anonymous + "C: TYPE I\nS: 200 ok\nC: SIZE gone\nS: 550 Could not get file size."));

    [Theory]
    [InlineData(null, null, "226 f, 5 bytes (5 bytes)")]
    [InlineData(5L, "ell", "226 f, 5 bytes (5 bytes)")]
    [InlineData(6L, null, "f has 5 bytes, expected 6")]
    [InlineData(null, "hullo", "'hullo' is not in the 5 bytes of f")]
    [Trait("rfc", "2428 §3")]
    public void A_file_is_read_over_a_second_connection(long? size, string? text, string reply) => Assert.Equal(reply, Play(new FtpCheck { File = "f", Fetch = true, ExpectSize = size, ExpectBody = text }, Anonymous + $"""
        C: TYPE I
        S: 200 ok
        C: EPSV
        S: 229 Entering Extended Passive Mode (|||40001|)
        OPEN 40001
        C: RETR f
        S: 150 here it comes
        DATA: hello
        S: 226 done
        {(reply.StartsWith("226", StringComparison.Ordinal) ? "C: QUIT" : "")}
        """));

    [Fact]
    [Trait("rfc", "959 §4.1.2")]
    public void Without_EPSV_the_port_comes_from_PASV_and_the_address_from_nobody() => Assert.Equal("226 f, first 1 MiB (1048576 bytes)", Play(new FtpCheck { File = "f", Fetch = true }, Anonymous + """
        C: TYPE I
        S: 200 ok
        C: EPSV
        S: 500 what
        C: PASV
        S: 227 Entering Passive Mode (203,0,113,7,156,65).
        OPEN 40001
        C: RETR f
        S: 125 here it comes
        DATA*2000000
        S: 426 you hung up
        C: QUIT
        """));

    [Fact]
    public void The_size_of_a_file_longer_than_is_read_is_asked_for() => Assert.Equal("f has 1234567 bytes, expected 7654321", Play(new FtpCheck { File = "f", Fetch = true, ExpectSize = 7654321 }, Anonymous + """
        C: TYPE I
        S: 200 ok
        C: SIZE f
        S: 213 1234567
        """));

    [Theory]
    [InlineData("Entering (|||6446|)", 6446)]
    [InlineData("Entering (!!!6446!)", 6446)]
    [InlineData("Entering (|||0|)", null)]
    [InlineData("Entering (|||70000|)", null)]
    [InlineData("Entering (|||64", null)]
    [InlineData("Entering (||", null)]
    [InlineData("Entering (|1|192.0.2.1|6446|)", null)]
    [InlineData("(", null)]
    [InlineData("", null)]
    [Trait("rfc", "2428 §3")]
    public void The_port_of_EPSV(string text, int? port) => Assert.Equal(port, Ftp.ExtendedPort(text));

    [Theory]
    [InlineData("Entering Passive Mode (192,0,2,1,25,46)", 6446)]
    [InlineData("=192,0,2,1,25,46", 6446)]
    [InlineData("Entering Passive Mode (192,0,2,1,256,46)", null)]
    [InlineData("Entering Passive Mode (192,0,2,1,0,0)", null)]
    [InlineData("Entering Passive Mode (192,0,2,1,25)", null)]
    [InlineData("", null)]
    [Trait("rfc", "959 §4.1.2")]
    public void The_port_of_PASV(string text, int? port) => Assert.Equal(port, Ftp.PassivePort(text));

    [Fact]
    [Trait("rfc", "4217")]
    public void TLS_protects_commands_and_data() => Assert.Equal("226 f, 2 bytes (2 bytes)", Play(new FtpCheck { Tls = new TlsSettings(), File = "f", Fetch = true }, """
        S: 220 hi
        C: AUTH TLS
        S: 234 go on
        TLS
        C: USER anonymous
        S: 230 welcome
        C: TYPE I
        S: 200 ok
        C: PBSZ 0
        S: 200 ok
        C: PROT P
        S: 200 ok
        C: EPSV
        S: 229 (|||1|)
        OPEN 1
        C: RETR f
        S: 150 here
        DATA: ok
        S: 226 done
        C: QUIT
        """));

    [Fact]
    [Trait("rfc", "959 §4.2")]
    [Trait("rfc", "2389 §3.2")]
    public void Between_the_first_and_the_last_line_anything_may_stand() => Assert.Equal("230 logged in", Play(new FtpCheck { ExpectGreeting = "two", ExpectCapability = ["UTF8", "REST STREAM"] }, """
        S: 220-one
        S: 550 two
        S: 220three
        S: 220 four
        C: USER anonymous
        S: 230 welcome
        C: FEAT
        S: 211-Extensions:
        S:  REST STREAM
        S:  UTF8
        S: 211 End
        C: QUIT
        """));

    private static string Play(FtpCheck check, string conversation) => ScriptedWire.Play(ReplyForm.Ftp, Ftp.Speak, check, conversation);
}
