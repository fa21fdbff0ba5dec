using Pointsman.Dns.Recording;
using Pointsman.Dnstap.Transport;
using Pointsman.Model;
using Pointsman.Node.Configuration;
using Pointsman.Node.Configuration.Shapes;
using Pointsman.Node.Wiring;

namespace Pointsman.Tests.Node.Wiring;

public sealed class DnstapServingTests
{
    private static readonly NodeIdentity s_node = new(new Site { Id = new SiteId(2), Name = "paris" }, new NodeSettings { Name = "pa-1" });

    private static Written<string> Path(string path) => new(path, default, "dns.dnstap.file");

    [Fact]
    public void Nothing_is_recorded_unless_it_is_written() => Assert.Null(DnstapServing.Options(null, s_node, "/etc/pointsman"));

    [Theory]
    [InlineData("{site}-{node}.tap", "/etc/pointsman/paris-pa-1.tap")]
    [InlineData("/var/log/{node}/q.tap", "/var/log/pa-1/q.tap")]
    public void A_path_begins_at_the_configuration_and_names_the_node(string written, string path)
        => Assert.Equal(path, DnstapServing.Options(new DnstapSettings { File = Path(written) }, s_node, "/etc/pointsman")!.File);

    [Fact]
    public void Everything_written_arrives()
    {
        var settings = new DnstapSettings
        {
            Socket = Path("s"),
            Queries = false,
            Sample = 0.5,
            QueueBytes = 600_000,
            Identity = "{node}@{site}",
            Version = "7",
            MaxBytes = 70_000,
            Keep = 9,
        };
        Assert.Equal(
            new TapOptions
            {
                Socket = "/x/s",
                Recording = new RecordingOptions { Queries = false, Sample = 0.5, QueueBytes = 600_000 },
                Identity = "pa-1@paris",
                Version = "7",
                MaxBytes = 70_000,
                Keep = 9,
            },
            DnstapServing.Options(settings, s_node, "/x"));
        Assert.StartsWith("pointsman ", DnstapServing.Options(new DnstapSettings { File = Path("f") }, s_node, "/x")!.Version, StringComparison.Ordinal);
    }
}
