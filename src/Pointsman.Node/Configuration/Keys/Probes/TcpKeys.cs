using Pointsman.Model.Probes;
using Pointsman.Node.Configuration.Shapes;
using static Pointsman.Node.Configuration.Shapes.Declare;

namespace Pointsman.Node.Configuration.Keys.Probes;

/// <summary><c>services.*.probe.tcp</c>: what a probe without any check does, with octets sent and awaited where they are given.</summary>
internal static class TcpKeys
{
    private static readonly Key<Sequence<byte>> send = Optional("send", new OctetsShape(), "Sent once connected.", default(Sequence<byte>));
    private static readonly Key<Sequence<byte>> expect = Optional("expect", new OctetsShape(), "What the first 64 KiB of the server's must contain.", default(Sequence<byte>));

    public static readonly CheckKey Tcp = new("tcp", new KeyTable("services.*.probe.tcp", [send, expect]), Read,
        "Open and close a TCP connection, which is what is done where no check is given; with `send` or `expect`, say something and wait for something.");

    private static WrittenCheck Read(Fields fields)
    {
        var check = new TcpCheck { Send = fields.Get(send), Expect = fields.Get(expect) };
        return _ => check;
    }
}
