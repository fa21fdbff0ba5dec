namespace Pointsman.Dns.Answering.Options;

/// <summary>The reason beside the RCODE (RFC 8914 §2): first its text is left out, then the whole of it, before it costs the answer anything.</summary>
internal static class ExtendedErrorOption
{
    public static void Write(ref OptionWriter writer, Reason reason)
    {
        var length = reason.Octets.Length <= writer.Left ? reason.Octets.Length : Reason.CodeLength;
        if (length <= writer.Left) reason.Octets.AsSpan(0, length).CopyTo(writer.Add(OptionCode.ExtendedError, length));
    }
}
