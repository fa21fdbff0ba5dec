using System.Buffers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using Pointsman.Dssp;
using Pointsman.Dssp.Transport;
using Pointsman.Model;

namespace Pointsman.EndToEnd.Dssp;

/// <summary>Peers that are not who they should be, or do not say what they should: refused and counted, and what was known stays.</summary>
public sealed class RefusalTests
{
    private static readonly Marshaller<byte[]> bytes = Marshallers.Create((byte[] frame, SerializationContext context) => context.Complete(frame), context => context.PayloadAsReadOnlySequence().ToArray());
    private static readonly Method<byte[], byte[]> exchange = new(MethodType.DuplexStreaming, "pointsman.dssp.v1.DistributedSiteState", "Exchange", bytes, bytes);

    [Fact]
    public async Task Another_authority_is_refused_at_both_ends()
    {
        using var good = new DsspFolder("test", "a", "b");
        using var other = new DsspFolder("test", "a", "b");
        var cluster = DsspFolder.ClusterOf("test", good.Settings(), "a", "b");
        await using var a = await DsspSite.StartAsync(cluster, "a");
        await using var b = await DsspSite.StartAsync(cluster with { Dssp = other.Settings() }, "b");
        await DsspSite.Until(() => a.Endpoint.Counters.CertificatesRefused > 3 && b.Endpoint.Counters.CertificatesRefused > 0, "refusals");
        Assert.Single(a.Endpoint.States);
        Assert.Single(b.Endpoint.States);
        Assert.Equal(0, a.Endpoint.Counters.StreamsOpened);
        // Counted each time, told once an end and a reason.
        Assert.InRange(a.Logged.Count(line => line.Contains("DSSP refuses", StringComparison.Ordinal)), 1, 2);
    }

    [Theory]
    [InlineData("test", "x", "site 'x' is not configured")]
    [InlineData("test", "a", "it claims to be this very site")]
    [InlineData("elsewhere", "b", "it is of cluster 'elsewhere'")]
    public async Task A_certificate_that_names_somebody_else_is_refused(string clusterName, string site, string told)
    {
        using var folder = new DsspFolder("test", "a", "b");
        folder.Issue(clusterName, site, "wrong");
        var cluster = DsspFolder.ClusterOf("test", folder.Settings(), "a", "b");
        await using var a = await DsspSite.StartAsync(cluster, "a");
        var error = await Assert.ThrowsAnyAsync<Exception>(() => TalkAsync(folder, "wrong", cluster, [[1]]));
        Assert.IsAssignableFrom<RpcException>(error);
        await DsspSite.Until(() => a.Endpoint.Counters.CertificatesRefused == 1, "the refusal");
        Assert.Contains(a.Logged, line => line.Contains(told, StringComparison.Ordinal));
        Assert.Equal(0, a.Endpoint.Counters.StreamsOpened);
    }

    [Fact]
    public async Task No_certificate_is_refused()
    {
        using var folder = new DsspFolder("test", "a", "b");
        var cluster = DsspFolder.ClusterOf("test", folder.Settings(), "a", "b");
        await using var a = await DsspSite.StartAsync(cluster, "a");
        await Assert.ThrowsAsync<RpcException>(() => TalkAsync(folder, certificate: null, cluster, [[1]]));
        Assert.Equal(0, a.Endpoint.Counters.StreamsOpened);
    }

    [Fact]
    public async Task A_node_at_a_peers_address_with_another_sites_certificate_is_not_spoken_to()
    {
        using var folder = new DsspFolder("test", "a", "b", "c");
        var cluster = DsspFolder.ClusterOf("test", folder.Settings(), "a", "b", "c");
        // C sits at B's address.
        var swapped = cluster with { Sites = [cluster.Sites[0], cluster.Sites[1] with { Nodes = cluster.Sites[2].Nodes }, cluster.Sites[2] with { Nodes = cluster.Sites[1].Nodes }] };
        await using var a = await DsspSite.StartAsync(cluster with { Sites = [cluster.Sites[0], cluster.Sites[1]] }, "a");
        await using var c = await DsspSite.StartAsync(swapped with { Sites = [swapped.Sites[2]] }, "c");
        await DsspSite.Until(() => a.Endpoint.Counters.CertificatesRefused > 0, "a refuses");
        Assert.Contains(a.Logged, line => line.Contains("it is of site 'c', not 'b'", StringComparison.Ordinal));
        Assert.Single(a.Endpoint.States);
    }

    [Fact]
    public async Task A_corrupt_frame_closes_the_stream_and_the_state_stays()
    {
        using var folder = new DsspFolder("test", "a", "b");
        var cluster = DsspFolder.ClusterOf("test", folder.Settings(), "a", "b");
        await using var a = await DsspSite.StartAsync(cluster, "a");
        await Assert.ThrowsAsync<RpcException>(() => TalkAsync(folder, "b", cluster, [HelloOfB(), StateOfB(sequence: 5), [0xFF, 0xFF, 0xFF]]));
        Assert.Contains(a.Logged, line => line.Contains("BadFrame", StringComparison.Ordinal));
        Assert.Equal(1, a.Endpoint.Counters.FramesCorrupt);
        Assert.Equal(5UL, a.StateOf(2)!.Sequence);
    }

    [Fact]
    public async Task A_frame_larger_than_any_honest_one_closes_the_stream_and_the_state_stays()
    {
        using var folder = new DsspFolder("test", "a", "b");
        var cluster = DsspFolder.ClusterOf("test", folder.Settings(), "a", "b");
        await using var a = await DsspSite.StartAsync(cluster, "a");
        await Assert.ThrowsAsync<RpcException>(() => TalkAsync(folder, "b", cluster, [HelloOfB(), StateOfB(sequence: 5), new byte[2 * DsspLimits.FrameBytes]]));
        await DsspSite.Until(() => a.Endpoint.Counters is { FramesCorrupt: 1, StreamsClosed: 1 }, "counted and closed");
        Assert.Equal(5UL, a.StateOf(2)!.Sequence);
    }

    [Fact]
    public async Task A_peer_that_speaks_for_another_site_loses_its_stream()
    {
        using var folder = new DsspFolder("test", "a", "b");
        var cluster = DsspFolder.ClusterOf("test", folder.Settings(), "a", "b");
        await using var a = await DsspSite.StartAsync(cluster, "a");
        await Assert.ThrowsAsync<RpcException>(() => TalkAsync(folder, "b", cluster, [HelloOfB(), StateOfB(sequence: 9, site: 1)]));
        Assert.Contains(a.Logged, line => line.Contains("WrongOrigin: it speaks for site 1", StringComparison.Ordinal));
        Assert.True(a.StateOf(1)!.Incarnation == 1);
    }

    [Fact]
    public async Task A_flooding_peer_loses_its_stream()
    {
        using var folder = new DsspFolder("test", "a", "b");
        var cluster = DsspFolder.ClusterOf("test", folder.Settings(), "a", "b");
        await using var a = await DsspSite.StartAsync(cluster, "a");
        IEnumerable<byte[]> flood = [HelloOfB(), .. Enumerable.Range(1, 5000).Select(number => StateOfB((ulong)number))];
        await Assert.ThrowsAsync<RpcException>(() => TalkAsync(folder, "b", cluster, flood));
        Assert.Contains(a.Logged, line => line.Contains("TooFast", StringComparison.Ordinal));
        Assert.NotNull(a.StateOf(2));
    }

    private static byte[] HelloOfB() => FrameCodec.Encode(DsspFrame.Of(new Hello { Cluster = "test", Site = new SiteId(2), SiteName = "b", Incarnation = 1 }), default);

    private static byte[] StateOfB(ulong sequence, int site = 2) =>
        FrameCodec.Encode(DsspFrame.Of(new SiteState { Site = new SiteId(site), Incarnation = 2, Sequence = sequence, Edition = 1, Period = TimeSpan.FromSeconds(1) }), default);

    /// <summary>Dials site a with a certificate of the test's choosing, says these frames, and reads until the stream ends.</summary>
    private static async Task TalkAsync(DsspFolder folder, string? certificate, Cluster cluster, IEnumerable<byte[]> frames)
    {
        using var own = certificate is null ? null : X509Certificate2.CreateFromPemFile(folder.PathOf(certificate + ".crt"), folder.PathOf(certificate + ".key"));
        using var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
                ClientCertificateContext = own is null ? null : SslStreamCertificateContext.Create(own, null, offline: true),
            },
        };
        using var channel = GrpcChannel.ForAddress($"https://{cluster.Sites[0].Nodes[0].Dssp}", new GrpcChannelOptions { HttpHandler = handler, MaxSendMessageSize = null });
        using var call = channel.CreateCallInvoker().AsyncDuplexStreamingCall(exchange, null, new CallOptions(cancellationToken: TestContext.Current.CancellationToken));
        var writing = Task.Run(async () =>
        {
            foreach (var frame in frames) await call.RequestStream.WriteAsync(frame);
        });
        while (await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken))
        {
            // What a says does not matter here.
        }

        await writing;
    }
}
