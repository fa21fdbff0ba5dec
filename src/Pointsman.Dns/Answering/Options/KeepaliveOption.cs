using System.Buffers.Binary;

namespace Pointsman.Dns.Answering.Options;

/// <summary>How long an idle connection is kept (RFC 7828). The reader takes it over TCP alone.</summary>
internal static class KeepaliveOption
{
    /// <param name="timeoutTenths">In units of 100 ms (RFC 7828 §3.1).</param>
    public static void Write(ref OptionWriter writer, ushort timeoutTenths)
    {
        if (writer.Left >= sizeof(ushort)) BinaryPrimitives.WriteUInt16BigEndian(writer.Add(OptionCode.Keepalive, sizeof(ushort)), timeoutTenths);
    }
}
