namespace Pointsman.Tests.Tidy;

/// <summary>Holds the promise that each citation makes: a section that the code says it obeys has a test that fails when it no longer does.</summary>
public sealed class RfcCitationTests
{
    [Fact]
    public void Every_cited_section_has_a_test()
    {
        var tested = Citations.Traits.Where(trait => trait.Name == "rfc").Select(trait => trait.Value).ToHashSet(StringComparer.Ordinal);
        SourceTree.AssertNone(
            from place in Citations.RfcPlaces
            where !tested.Contains(place.Section)
            select $"{place.File}:{place.Line}: RFC {place.Section} is cited, but no test carries [Trait(\"rfc\", \"{place.Section}\")]",
            "A citation says that the line obeys: give it a test that fails when it does not, cite the section that is obeyed, or word it as no citation");
    }

    [Theory]
    [InlineData("// RFC 7871 §6: a scope is zero.", "7871 §6", "as the style says")]
    [InlineData("        Accept(code); // RFC 9110 §9.2.1 and §15.4.3, RFC 9112 section 2.2", "9110 §9.2.1|9110 §15.4.3|9112 §2.2", "several on a line")]
    [InlineData("/// as RFC 9460 §2.1, §2.2, and appendix A.1 say", "9460 §2.1|9460 §2.2|9460 §A.1", "a list with an appendix")]
    [InlineData("/// Addresses (RFC 5737).", "5737", "a whole document")]
    [InlineData("Description = \"a master file (RFC 1035)\"", "", "a text for people obeys nothing")]
    public void A_comment_cites_all_its_sections(string line, string sections, string _) => Assert.Equal(sections, string.Join('|', Citations.Sections(line)));
}
