using Pointsman.Model.Probes;
using Pointsman.Node.Configuration.Shapes;
using static Pointsman.Node.Configuration.Shapes.Declare;

namespace Pointsman.Node.Configuration.Keys.Probes;

/// <summary><c>services.*.probe.udp</c>.</summary>
internal static class UdpKeys
{
    private static readonly Key<Sequence<byte>> send = Required("send", new OctetsShape(), "The datagram sent.");
    private static readonly Key<Sequence<byte>> expect = Optional("expect", new OctetsShape(), "What the answer must contain; without it any answer will do.", default(Sequence<byte>));

    public static readonly CheckKey Udp = new("udp", new KeyTable("services.*.probe.udp", [send, expect]), Read, "Send a datagram and wait for one.");

    private static WrittenCheck Read(Fields fields)
    {
        var check = new UdpCheck { Send = fields.Get(send), Expect = fields.Get(expect) };
        return _ => check;
    }
}
