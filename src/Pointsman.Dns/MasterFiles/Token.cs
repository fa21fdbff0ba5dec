using Pointsman.Dns.Zones;

namespace Pointsman.Dns.MasterFiles;

/// <summary>One word of a master file: a stretch of its octets, escapes still in it, and where it stands.</summary>
/// <param name="Quoted">It stood in quotes (which are not part of it): never a directive, a type or a generic RDATA mark.</param>
internal readonly record struct Token(ReadOnlyMemory<byte> Octets, bool Quoted, ZonePlace Place)
{
    public ReadOnlySpan<byte> Text => Octets.Span;

    /// <summary>For messages and keywords; each octet one character.</summary>
    public override string ToString() => System.Text.Encoding.Latin1.GetString(Text);

    public bool Is(string word) => !Quoted && Text.Length == word.Length && System.Text.Ascii.EqualsIgnoreCase(Text, word);
}
