using System.Net;
using Pointsman.Dns.Transport;

namespace Pointsman.Conformance.Rfc9715;

public sealed class FragmentationTests
{
    [Theory]
    [InlineData("127.0.0.1", 0, 10, "IPv4")]
    [InlineData("::1", 41, 23, "IPv6")]
    [Trait("rfc", "9715 §3.1")]
    public void The_kernel_never_learns_a_smaller_path_for_our_answers(string address, int level, int mtuDiscovery, string _)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "an option of Linux");
        var listening = Listening.Bind(new IPEndPoint(IPAddress.Parse(address), 0), 2, batched: true);
        try
        {
            Assert.All(listening.Udp, socket =>
            {
                var value = new byte[4];
                socket.GetRawSocketOption(level, mtuDiscovery, value);
                // 5 = omit: neither "do not fragment" nor a path MTU that an ICMP message from anybody may lower.
                Assert.Equal(5, BitConverter.ToInt32(value));
            });
        }
        finally
        {
            foreach (var socket in listening.Udp.Append(listening.Tcp)) socket.Dispose();
        }
    }
}
