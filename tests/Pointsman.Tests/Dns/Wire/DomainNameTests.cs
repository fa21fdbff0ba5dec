using CsCheck;
using Pointsman.Dns.Wire;

namespace Pointsman.Tests.Dns.Wire;

public sealed class DomainNameTests
{
    private static readonly Gen<byte[]> s_wire = Gen.Byte.Array[1, 12].Array[0, 12].Select(labels =>
        (byte[])[.. labels.SelectMany(label => (byte[])[(byte)label.Length, .. label]), 0]);

    [Theory]
    [InlineData("example.com", "example.com.", "the final dot is optional")]
    [InlineData(".", ".", "the root")]
    [InlineData(@"a\.b.example.", @"a\.b.example.", "an escaped dot is part of a label")]
    [InlineData(@"\065bc.", "Abc.", "a decimal escape")]
    [InlineData(@"a\032b.", @"a\032b.", "a blank")]
    [InlineData(@"tab\009.", @"tab\009.", "not printable")]
    [Trait("rfc", "1035 §5.1")]
    public void Text_becomes_a_name_and_text_again(string text, string expected, string _) => Assert.Equal(expected, DomainName.Parse(text).ToString());

    [Theory]
    [InlineData("", "nothing")]
    [InlineData("a..b", "an empty label")]
    [InlineData(".a", "an empty first label")]
    [InlineData(@"a\256.", "an escape over 255")]
    [InlineData(@"a\", "an escape of nothing")]
    [InlineData("a123456789012345678901234567890123456789012345678901234567890123.com", "a label of 64 octets")]
    public void Text_that_is_no_name_is_refused(string text, string _) => Assert.False(DomainName.TryParse(text, out var _));

    [Fact]
    public void A_name_takes_255_octets_and_no_more()
    {
        var label = new string('a', 63);
        Assert.True(DomainName.TryParse($"{label}.{label}.{label}.{label[..61]}", out var longest));
        Assert.Equal(255, longest.Length);
        Assert.False(DomainName.TryParse($"{label}.{label}.{label}.{label[..62]}", out _));
    }

    [Fact]
    public void Case_makes_no_difference_and_is_kept()
    {
        var name = DomainName.Parse("WwW.Example.COM");
        Assert.Equal(DomainName.Parse("www.example.com"), name);
        Assert.Equal(DomainName.Parse("www.example.com").GetHashCode(), name.GetHashCode());
        Assert.Equal("WwW.Example.COM.", name.ToString());
    }

    [Fact]
    public void Octets_beside_the_letters_have_no_case()
    {
        for (var octet = 0; octet < 256; octet++)
            Assert.Equal(octet is >= 'A' and <= 'Z' ? octet + 32 : octet, LowerCase.Convert((byte)octet));
        // Eight at once gives the same as one by one.
        Gen.Byte.Array[0, 40].Sample(octets =>
        {
            var target = new byte[octets.Length];
            LowerCase.Copy(octets, target);
            return target.SequenceEqual(octets.Select(LowerCase.Convert));
        });
    }

    [Fact]
    public void Wire_form_to_text_and_back_is_the_same()
        => s_wire.Sample(wire => DomainName.TryFromWire(wire, out var name) && DomainName.Parse(name.ToString()).Wire.SequenceEqual(wire));

    [Theory]
    [InlineData("a.b.example.com", "example.com", true, "below")]
    [InlineData("example.com", "EXAMPLE.com", true, "itself")]
    [InlineData("example.com", ".", true, "all is below the root")]
    [InlineData("badexample.com", "example.com", false, "not at a label's edge")]
    [InlineData("com", "example.com", false, "above")]
    public void At_or_below_goes_by_labels(string name, string ancestor, bool expected, string _)
        => Assert.Equal(expected, DomainName.Parse(name).IsAtOrBelow(DomainName.Parse(ancestor)));

    [Fact]
    public void A_table_finds_what_a_dictionary_finds()
        => s_wire.Array[0, 40].Select(s_wire).Sample((wires, other) =>
        {
            var names = wires.Append([0]).Select(w => DomainName.TryFromWire(w, out var n) ? n : DomainName.Root).ToList();
            var table = new NameTable(names);
            foreach (var name in names.Append(DomainName.TryFromWire(other, out var o) ? o : DomainName.Root))
            {
                for (var skipped = 0; skipped <= name.Labels; skipped++)
                    if (table.Find(name.View, skipped) != names.IndexOf(name.Ancestor(skipped))) return false;
            }
            return true;
        });

    [Fact]
    public void A_name_read_from_a_message_hashes_as_the_same_name_made_from_text()
        => s_wire.Sample(wire =>
        {
            var buffer = new NameBuffer();
            // Old contents must not shine through.
            buffer.TryRead(DomainName.Parse("ffffffffffffffffffffffffffff.ffffffffffffffffffffffffffffffffffffff").Wire, out var _);
            return buffer.TryRead(wire, out var consumed) && consumed == wire.Length
                && DomainName.TryFromWire(wire, out var name) && buffer.View.Equals(name.View);
        });

    [Theory]
    [InlineData("b\u00fccher", "a letter outside ASCII: write the label in its ASCII form (xn--…), or the octet as \\DDD")]
    [InlineData("a\tb", "a control character: write it as \\DDD")]
    [Trait("rfc", "2181 §11"), Trait("rfc", "5890 §2.3.2.1")]
    public void Raw_octets_that_nobody_means_are_told_how_to_write_them(string text, string expected)
    {
        Assert.False(DomainName.TryParse(System.Text.Encoding.UTF8.GetBytes(text), DomainName.Root, out _, out var error));
        Assert.Equal(expected, error);
        Assert.True(DomainName.TryParse("b\\195\\188cher"u8, DomainName.Root, out var name, out _));
        Assert.Equal("b\\195\\188cher.", name.ToString());
    }
}
