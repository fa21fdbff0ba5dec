namespace Pointsman.Dns.Answering.Options;

/// <summary>
/// Padding (RFC 7830): hides an answer's length from who watches an encrypted path. There is no encrypted transport here, so it is given to
/// TCP alone, where a proxy in front may have taken the encryption off; over UDP it would only make a forged query's answer larger.
/// </summary>
internal static class PaddingOption
{
    /// <summary>Fills the whole message up to a multiple of <paramref name="block"/> octets (RFC 8467 §4.1), as far as there is room.</summary>
    /// <param name="before">Octets of the message before the OPT record.</param>
    public static void Write(ref OptionWriter writer, int before, int block)
    {
        if (writer.Left < 0) return;
        var length = before + writer.Position + OptionWriter.HeaderLength;
        var missing = (block - (length % block)) % block;
        // RFC 7830 §3: the padding is zeros.
        writer.Add(OptionCode.Padding, Math.Min(missing, writer.Left)).Clear();
    }
}
