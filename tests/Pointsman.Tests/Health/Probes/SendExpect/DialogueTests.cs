using Pointsman.Health.Probes;
using Pointsman.Health.Probes.SendExpect;
using Pointsman.Model.Probes;

namespace Pointsman.Tests.Health.Probes.SendExpect;

/// <summary>What no server may do to a probe, whatever the protocol.</summary>
public sealed class DialogueTests
{
    private static readonly SmtpCheck s_smtp = new() { Ehlo = "p" };

    [Fact]
    [Trait("rfc", "5321 §2.3.8")]
    public void A_NUL_or_a_lone_CR_in_a_reply_is_a_failure()
    {
        Assert.Equal("the greeting has a NUL or a lone CR in it: '220 a?b'", Smtp("S: 220 a\\0b"));
        Assert.Equal("the greeting has a NUL or a lone CR in it: '220 a?b'", Smtp("S: 220 a\\rb"));
    }

    [Theory]
    [InlineData("220", null)]
    [InlineData("220 ", null)]
    [InlineData("22 x", "was no reply: '22 x'")]
    [InlineData("2200 x", "was no reply: '2200 x'")]
    [InlineData("620 x", "was no reply: '620 x'")]
    [InlineData("2x0 x", "was no reply: '2x0 x'")]
    [Trait("rfc", "5321 §4.2")]
    public void A_reply_begins_with_three_digits(string line, string? failure)
    {
        var (progress, reader, _) = Read(ReplyForm.Smtp, line);
        Assert.Equal(failure is null ? ReplyProgress.Complete : ReplyProgress.Nonsense, progress);
        Assert.Equal(failure ?? "", reader.Failure);
    }

    [Fact]
    [Trait("rfc", "5321 §4.2.1")]
    public void In_SMTP_the_code_is_the_same_in_every_line()
    {
        Assert.Equal((ReplyProgress.Nonsense, "changed from 250 to '550 no'"), (Read(ReplyForm.Smtp, "250-a", "550 no").Progress, Read(ReplyForm.Smtp, "250-a", "550 no").Reader.Failure));
        Assert.Equal("was no reply: 'free text'", Read(ReplyForm.Smtp, "250-a", "free text").Reader.Failure);
    }

    [Fact]
    [Trait("rfc", "959 §4.2")]
    public void In_FTP_the_same_code_and_a_blank_end_it_whatever_stood_before()
    {
        var (progress, _, heard) = Read(ReplyForm.Ftp, "230-a", "331 b", "230x", "230 end");
        Assert.Equal((ReplyProgress.Complete, "230", "end", 4), (progress, heard.Status, heard.Text, heard.Lines.Count));
    }

    [Theory]
    [InlineData("S: 220-x\n", 300, "the greeting has more than 256 lines")]
    [InlineData("S: *20000\n", 1, "the greeting has a line of more than 16382 bytes: '")]
    public void A_banner_without_end_ends(string line, int times, string failure) =>
        Assert.StartsWith(failure, ScriptedWire.Run(ReplyForm.Ftp, Ftp.Speak, new FtpCheck(), new ScriptedWire(string.Concat(Enumerable.Repeat(line, times)))).Failure!, StringComparison.Ordinal);

    [Fact]
    public void Untagged_lines_without_end_end() => Assert.Equal("the reply to CAPABILITY has more than 256 lines", ScriptedWire.Run(ReplyForm.Imap, Imap.Speak, new ImapCheck { ExpectCapability = ["X"] },
        new ScriptedWire("S: * OK\nC: P1 CAPABILITY\n" + string.Concat(Enumerable.Repeat("S: * CAPABILITY X\n", 300)))).Failure);

    [Fact]
    public void A_list_without_end_ends() => Assert.Equal("the reply to CAPA has more than 256 lines", ScriptedWire.Run(ReplyForm.Pop3, Pop3.Speak, new Pop3Check { ExpectCapability = ["X"] },
        new ScriptedWire("S: +OK\nC: CAPA\nS: +OK\n" + string.Concat(Enumerable.Repeat("S: X\n", 300)))).Failure);

    [Fact]
    public void A_reply_that_comes_before_it_was_asked_for_is_no_answer()
    {
        var wire = new ScriptedWire("S: 220 hi\nS: 250 I know what you want\nS: 221 and goodbye");
        Assert.Equal("43 bytes came unasked before the reply to EHLO", ScriptedWire.Run(ReplyForm.Smtp, Pointsman.Health.Probes.Smtp.Speak, s_smtp, wire).Failure);
    }

    [Fact]
    public void A_timeout_finds_the_words_for_what_is_waited_for()
    {
        var wire = new ScriptedWire("S: 220 hi\nC: EHLO p\nHANG");
        Assert.ThrowsAny<Exception>(() => ScriptedWire.Run(ReplyForm.Smtp, Pointsman.Health.Probes.Smtp.Speak, s_smtp, wire));
        Assert.Equal("the reply to EHLO", wire.Awaits);
    }

    [Fact]
    public void A_reset_in_the_middle_is_the_probers_to_put_into_words() =>
        Assert.ThrowsAny<Exception>(() => ScriptedWire.Run(ReplyForm.Smtp, Pointsman.Health.Probes.Smtp.Speak, s_smtp, new ScriptedWire("S: 220 hi\nC: EHLO p\nRESET")));

    [Theory]
    [InlineData("S: 220-half", "closed before the greeting")]
    [InlineData("S: 220 \u001b[31mred\u202e", "'mail' is what it must say")]
    public void What_breaks_off_or_paints_is_told_in_plain_words(string greeting, string _)
    {
        var failure = ScriptedWire.Run(ReplyForm.Smtp, Pointsman.Health.Probes.Smtp.Speak, s_smtp with { ExpectGreeting = "mail" }, new ScriptedWire(greeting)).Failure!;
        Assert.DoesNotContain(failure, c => c < ' ' || c == '\u202e');
    }

    private static string Smtp(string conversation) => ScriptedWire.Play(ReplyForm.Smtp, Pointsman.Health.Probes.Smtp.Speak, s_smtp, conversation);

    private static (ReplyProgress Progress, ReplyReader Reader, Heard Heard) Read(ReplyForm form, params string[] lines)
    {
        var heard = new Heard();
        var reader = new ReplyReader(form, heard);
        reader.Begin(Step.Greeting(null, "220"), "");
        var progress = ReplyProgress.More;
        foreach (var line in lines)
        {
            Assert.Equal(ReplyProgress.More, progress);
            progress = reader.Take(System.Text.Encoding.UTF8.GetBytes(line));
        }

        return (progress, reader, heard);
    }
}
