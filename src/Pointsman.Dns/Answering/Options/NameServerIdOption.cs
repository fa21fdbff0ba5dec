namespace Pointsman.Dns.Answering.Options;

/// <summary>Which server this is (RFC 5001). For people who look for a fault: it never costs an answer its place, so it goes in where room is left.</summary>
internal static class NameServerIdOption
{
    public static void Write(ref OptionWriter writer, byte[] identity)
    {
        if (identity.Length > 0 && identity.Length <= writer.Left) identity.CopyTo(writer.Add(OptionCode.NameServerId, identity.Length));
    }
}
