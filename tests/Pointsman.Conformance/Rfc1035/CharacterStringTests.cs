using Pointsman.Dns;

namespace Pointsman.Conformance.Rfc1035;

public sealed class CharacterStringTests
{
    [Theory]
    [InlineData(0, true)]
    [InlineData(255, true)]
    [InlineData(256, false)]
    [Trait("rfc", "1035 §3.3")]
    public void A_character_string_has_255_octets_at_most(int length, bool fits)
        => Assert.Equal(fits ? $"{length:x2}{string.Concat(Enumerable.Repeat("61", length))}" : null, ZoneText.Rdata("TXT", $"\"{new string('a', length)}\""));

    [Fact, Trait("rfc", "1035 §3.3")]
    public void What_the_server_tells_of_itself_fits_into_one()
    {
        Assert.Equal(255, new AnswerSettings { Identity = new string('a', 255) }.Identity!.Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => new AnswerSettings { Identity = new string('a', 256) });
        // In octets, not in characters.
        Assert.Throws<ArgumentOutOfRangeException>(() => new AnswerSettings { Identity = new string('ü', 128) });
    }
}
