using System.Net;
using System.Text;
using BenchmarkDotNet.Attributes;
using Pointsman.Dns;
using Pointsman.Dns.Answering;
using Pointsman.Dns.Dynamic;
using Pointsman.Dns.MasterFiles;
using Pointsman.Dns.Wire;
using Pointsman.Dns.Zones;
using Pointsman.Node.Wiring;

namespace Pointsman.Benchmarks;

/// <summary>
/// The answer alone: octets in, octets out, as a worker calls it, without the sockets. Budgets: 60 ns for one of 1,000 static names, 150 ns
/// for the balanced name with a random client subnet over 500,000 prefixes, and not one byte of garbage for either.
/// </summary>
public class AnswerBenchmarks
{
    private const int StaticNames = 1000;

    /// <summary>Enough that the tables do not all stay in the first-level cache, as under real clients.</summary>
    private const int QueryCount = 16384;

    // One query after another in one piece of memory: a worker's have just been written by the kernel and are in the cache as well.
    private byte[] _static = [];
    private byte[] _balanced = [];
    private readonly byte[] _reply = new byte[4096];
    private readonly QueryProcessor _processor = new(0, new WorkerCounters(), TimeSpan.FromSeconds(20));
    private readonly ClientAddress _source = ClientAddress.From(IPAddress.Parse("198.51.100.1"));
    private DnsContents _contents = DnsContents.Empty;
    private long _clock = 1_000_000;

    [GlobalSetup]
    public void Prepare()
    {
        var dice = new Random(3);
        _static = [.. Enumerable.Range(0, QueryCount).SelectMany(i => Queries.Of($"h{dice.Next(StaticNames):d4}.example.test", i))];
        _balanced = [.. Enumerable.Range(0, QueryCount).SelectMany(i => Queries.WithSubnet(BalancedCluster.Name, i, (uint)dice.Next(1 << 16, 224 << 16) << 8))];
        var plan = BalancedCluster.Compile(MadeUpPlaces.Load());
        _contents = new DnsContents(new ZoneSet([Zone()]), new DnsAnswers(1).ViewOf(plan));
        // A benchmark of wrong answers would be a fast one.
        foreach (var queries in (byte[][])[_static, _balanced])
        {
            var query = queries.AsSpan(0, queries.Length / QueryCount);
            if (Answer(query) <= query.Length || _reply[7] == 0 || (_reply[3] & 15) != 0) throw new InvalidOperationException("no answer to measure");
        }
    }

    private static Zone Zone()
    {
        var text = new StringBuilder("$ORIGIN example.test.\n$TTL 300\n@ SOA ns1 hostmaster 1 3600 600 86400 60\n@ NS ns1\nns1 A 192.0.2.53\n");
        for (var i = 0; i < StaticNames; i++) text.Append(System.Globalization.CultureInfo.InvariantCulture, $"h{i:d4} A 192.0.2.{(i % 254) + 1}\n");
        return MasterFile.Parse(DomainName.Parse("example.test"), Encoding.UTF8.GetBytes(text.ToString()), "made-up.zone").Zone!;
    }

    private int Answer(ReadOnlySpan<byte> query) => _processor.Answer(_contents, query, _reply, _source, tcp: false, _clock, wallSeconds: 0);

    private int AnswerAll(byte[] queries)
    {
        var each = queries.Length / QueryCount;
        var octets = 0;
        for (var at = 0; at < queries.Length; at += each) octets += Answer(queries.AsSpan(at, each));
        return octets;
    }

    [Benchmark(Description = "one of 1,000 static names", OperationsPerInvoke = QueryCount)]
    public int Static() => AnswerAll(_static);

    [Benchmark(Description = "balanced name, random client subnet", OperationsPerInvoke = QueryCount)]
    public int Balanced()
    {
        _clock += 10_000;
        return AnswerAll(_balanced);
    }
}
