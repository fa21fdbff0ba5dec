using Pointsman.Dns;
using Pointsman.Dns.Answering;
using Pointsman.Dns.Dynamic;
using Pointsman.Fuzz.Packets;
using Pointsman.Fuzz.Reference;
using Pointsman.Fuzz.Worlds;

namespace Pointsman.Fuzz;

/// <summary>
/// One thread of a campaign: makes packet after packet, gives each to the very processor that the workers run (without the catch that
/// saves a worker from a defect), and holds what comes back against the reference.
/// </summary>
internal sealed class Trial
{
    /// <summary>So many packets meet one world; then chance makes another.</summary>
    public const int PacketsPerWorld = 5_000;

    private static readonly int s_outcomes = Enum.GetValues<QueryOutcome>().Length;

    private readonly ulong _seed;
    private readonly Chance _chance = new(0);
    private readonly Packet _packet = new();
    private readonly PacketMaker _maker;
    private readonly byte[] _reply = new byte[QueryProcessor.MaxMessageBytes];
    private readonly WorkerCounters _counters = new();
    private readonly long[] _expected = new long[s_outcomes];
    private QueryProcessor? _processor;
    private World? _world;
    private DnsContents _contents = DnsContents.Empty;
    private int _payload;
    private string? _nameServerId;

    public Trial(ulong seed)
    {
        _seed = seed;
        _maker = new PacketMaker(_chance);
    }

    /// <summary>How many packets ended in each <see cref="QueryOutcome"/>, as the reference says.</summary>
    public IReadOnlyList<long> Outcomes => _expected;

    public long Packets { get; private set; }
    public long Truncated { get; private set; }
    public long LongestTicks { get; private set; }
    public int LongestAnswer { get; private set; }

    /// <summary>Runs the packets of world <paramref name="number"/>, at most <paramref name="most"/>; the first wrong one ends it by a <see cref="FuzzException"/>.</summary>
    public void RunWorld(long number, int most = PacketsPerWorld)
    {
        EnterWorld(number);
        for (var i = 0; i < most; i++) Run((number * PacketsPerWorld) + i);
        CompareCounters();
    }

    /// <summary>Makes one packet of the campaign again.</summary>
    public void RunOne(long packet)
    {
        EnterWorld(packet / PacketsPerWorld);
        Run(packet);
        CompareCounters();
    }

    private void EnterWorld(long number)
    {
        _chance.Restart(_seed ^ 0x5EED, (ulong)number);
        _world = new WorldMaker(_chance).Make();
        _payload = _chance.Of(1232, 1232, 512, 4096, 1400);
        _nameServerId = _chance.Percent(70) ? "node-1" : _chance.Percent(60) ? new string('n', _chance.Of(1, 64)) : null;
        _contents = _world.Contents with { Settings = new AnswerSettings { UdpPayloadBytes = _payload, Identity = _nameServerId } };
        _processor = new QueryProcessor(0, _counters, TimeSpan.FromSeconds(20));
    }

    private void Run(long number)
    {
        _chance.Restart(_seed, (ulong)number);
        _maker.Make(_packet, _world!.Names);
        var tcp = _chance.Percent(20);
        var source = _chance.Percent(70)
            ? new ClientAddress(false, (uint)_chance.Next(), 32)
            : new ClientAddress(true, new UInt128(_chance.Next() | (1UL << 61), _chance.Next()), 128);
        string? wrong;
        var length = 0;
        try
        {
            var began = System.Diagnostics.Stopwatch.GetTimestamp();
            length = _processor!.Answer(_contents, _packet.Octets.AsSpan(0, _packet.Length), tcp ? _reply : _reply.AsSpan(0, 4096), source, tcp, nowMicros: number, wallSeconds: (uint)number);
            LongestTicks = Math.Max(LongestTicks, System.Diagnostics.Stopwatch.GetTimestamp() - began);
            LongestAnswer = Math.Max(LongestAnswer, length);
            var query = new ReferenceQuery(_packet.Octets, _packet.Length, tcp);
            var check = new AnswerCheck(_packet, query, _reply, length, tcp, _payload, _nameServerId);
            wrong = check.FindWrong(_world.Reference, (source.IsIPv6, source.Bits, source.PrefixLength));
            if (wrong is null)
            {
                _expected[(int)check.Outcome]++;
                if (check.Truncated) Truncated++;
            }
        }
        catch (Exception e) when (e is not FuzzException)
        {
            wrong = $"an exception: {e}";
        }
        Packets++;
        if (wrong is null) return;
        throw new FuzzException($"""
            packet {number} of seed {_seed} over {(tcp ? "TCP" : "UDP")} from {source.ToIPAddress()}, payload limit {_payload}: {wrong}
            query  {Convert.ToHexStringLower(_packet.Octets.AsSpan(0, _packet.Length))}
            answer {Convert.ToHexStringLower(_reply.AsSpan(0, length))}
            again: Pointsman.Fuzz --seed {_seed} --only {number}
            """);
    }

    private void CompareCounters()
    {
        for (var i = 0; i < s_outcomes; i++)
        {
            if (_counters[(QueryOutcome)i] != _expected[i]) throw new FuzzException($"seed {_seed}: the counter {(QueryOutcome)i} is {_counters[(QueryOutcome)i]}, it should be {_expected[i]}");
        }
        if (_counters[QueryTally.UdpQueries] + _counters[QueryTally.TcpQueries] != Packets) throw new FuzzException($"seed {_seed}: {_counters[QueryTally.UdpQueries]} + {_counters[QueryTally.TcpQueries]} queries were counted of {Packets}");
        if (_counters[QueryTally.Truncated] != Truncated) throw new FuzzException($"seed {_seed}: {_counters[QueryTally.Truncated]} truncated answers were counted of {Truncated}");
    }
}
