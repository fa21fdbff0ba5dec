using System.Text;
using CsCheck;
using Pointsman.Health.Probes;
using Pointsman.Health.Probes.SendExpect;
using Pointsman.Model.Probes;

namespace Pointsman.Tests.Health.Probes.SendExpect;

/// <summary>No password in any text that is shown, however a server quotes it.</summary>
public sealed class WithheldTests
{
    private const string Password = "Tr0ub4dor&3 xyz";
    private static readonly Withheld s_withheld = new("joe", Password);

    [Theory]
    [InlineData("Unknown command 'PASS Tr0ub4dor&3 xyz'", "as it is")]
    [InlineData("unknown: TR0UB4DOR&3 XYZ", "in capitals")]
    [InlineData("unknown: Tr0ub4...", "cut")]
    [InlineData("unknown: T-r-0-u-b-4-d-o-r", "with something between")]
    [InlineData("unknown: VHIwdWI0ZG9yJjMgeHl6", "in base 64")]
    [InlineData("unknown: 5472 3075 6234 646F", "in hexadecimal")]
    [InlineData("unknown: AGpvZQBUcjB1YjRkb3ImMyB4eXo=", "as it goes over the wire")]
    [InlineData("… 0ub4dor …", "from the middle")]
    public void An_echo_is_not_shown(string text, string _) => Assert.Equal(Withheld.InPlace, s_withheld.Show(text));

    [Theory]
    [InlineData("Login incorrect.")]
    [InlineData("[AUTH] Authentication failed for joe")]
    [InlineData("")]
    public void All_else_is(string text) => Assert.Equal(text, s_withheld.Show(text));

    [Fact]
    public void A_short_password_counts_as_a_whole()
    {
        var withheld = new Withheld("joe", "abc");
        Assert.Equal(Withheld.InPlace, withheld.Show("wrong: abc"));
        Assert.Equal("wrong: ab", withheld.Show("wrong: ab"));
        Assert.Equal("wrong: ab", new Withheld("joe", null).Show("wrong: ab"));
    }

    [Fact]
    public void A_password_of_signs_alone_is_found_as_it_is() => Assert.Equal(Withheld.InPlace, new Withheld("joe", "!$%").Show("wrong: !$%"));

    [Theory]
    [InlineData("{0}")]
    [InlineData("250-{0}")]
    [InlineData("230-a\nS: {0}")]
    [InlineData("530 wrong: {0}")]
    [InlineData("530 wrong: {0}\\0")]
    [InlineData("")]
    public void Whatever_an_FTP_server_answers_to_PASS_the_password_is_not_in_the_reason(string answer)
    {
        var wire = new ScriptedWire($"S: 220 hi\nC: USER joe\nS: 331 password?\nC: PASS {Password}\n" + (answer.Length == 0 ? "" : "S: " + answer.Replace("{0}", Password, StringComparison.Ordinal)));
        var failure = ScriptedWire.Run(ReplyForm.Ftp, Ftp.Speak, new FtpCheck { Login = new ProbeLogin("joe", new Secret(Password)) }, wire).Failure;
        Assert.NotNull(failure);
        Assert.DoesNotContain("Tr0ub4", failure, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void No_server_can_make_a_reason_repeat_a_password() => Gen.Select(Gen.String[Gen.Char.AlphaNumeric, 6, 20], Gen.Int[0, 40], Gen.Int[6, 60], Gen.String[Gen.Char[' ', '~'], 0, 60]).Sample((password, at, length, noise) =>
    {
        var said = noise.Insert(Math.Min(at, noise.Length), password);
        said = said[..Math.Min(said.Length, Math.Max(length, 6))];
        var shown = new Withheld("u", password).Show(said);
        for (var i = 0; i + 6 <= password.Length; i++) Assert.DoesNotContain(password.Substring(i, 6), shown == Withheld.InPlace ? "" : shown, StringComparison.OrdinalIgnoreCase);
    });

    [Fact]
    public void A_secret_prints_a_placeholder_wherever_it_is_printed()
    {
        var check = new Pop3Check { Login = new ProbeLogin("joe", new Secret(Password)) };
        Assert.Contains("(secret)", check.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Password, check.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Tr0ub4", System.Text.Json.JsonSerializer.Serialize(check), StringComparison.Ordinal);
        Assert.Equal(check, new Pop3Check { Login = new ProbeLogin("joe", new Secret(Password)) });
        Assert.NotEqual(check, new Pop3Check { Login = new ProbeLogin("joe", new Secret("another")) });
        Assert.DoesNotContain("Tr0ub4", Encoding.UTF8.GetString(Encoding.UTF8.GetBytes($"{check.Login!.Password}")), StringComparison.Ordinal);
    }
}
