using System.Collections.Immutable;
using System.Net;
using Pointsman.Dns;
using Pointsman.Dns.Answering;
using Pointsman.Dns.Dynamic;
using Pointsman.Dns.Limiting;
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
    private readonly long[] _expected = new long[s_outcomes], _before = new long[s_outcomes];
    private ReferenceLedger? _ledger;
    private QueryProcessor? _processor;
    private World? _world;
    private DnsContents _contents = DnsContents.Empty;
    private ReferenceSettings _settings = new(1232, null, null, null, false, 0, false, null);

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
        // What a rate makes of it hangs on those before it.
        for (var earlier = packet / PacketsPerWorld * PacketsPerWorld; _ledger is not null && earlier < packet; earlier++) Run(earlier);
        Run(packet);
        CompareCounters();
    }

    private void EnterWorld(long number)
    {
        _chance.Restart(_seed ^ 0x5EED, (ulong)number);
        _world = new WorldMaker(_chance).Make();
        byte[][] secrets = [.. Enumerable.Range(0, 2).Select(_ => Enumerable.Range(0, CookieSettings.SecretLength).Select(_ => _chance.Octet()).ToArray())];
        var identity = _chance.Percent(70) ? "node-1" : _chance.Percent(60) ? new string('n', _chance.Of(1, 64, AnswerSettings.MaxTextBytes)) : null;
        _settings = new ReferenceSettings(
            _chance.Of(1232, 1232, 512, 4096, 1400), identity, _chance.Percent(50) ? "1.2.3" : null, _chance.Percent(80) ? new ReferenceCookies(secrets) : null,
            _chance.Percent(20), _chance.Of(468, 468, 0, 128, 1), TruncateUnproven: _chance.Percent(25), Rates: MakeRates());
        _ledger = _settings.Rates is { } rates ? new ReferenceLedger(rates) : null;
        _contents = _world.Contents with
        {
            Settings = new AnswerSettings
            {
                UdpPayloadBytes = _settings.Payload,
                Identity = _settings.Identity,
                Version = _settings.Version,
                PaddingBlock = _settings.PaddingBlock,
                TruncateUnproven = _settings.TruncateUnproven,
                RateLimits = _settings.Rates,
                Cookies = new CookieSettings { Enabled = _settings.Cookies is not null, Required = _settings.CookieRequired, Secrets = [.. secrets.Select(secret => secret.ToImmutableArray())] },
            },
        };
        _processor = new QueryProcessor(0, _counters, TimeSpan.FromSeconds(20), new UInt128(_chance.Next(), _chance.Next()));
    }

    /// <summary>Null in most worlds. In half of the others one rate holds for everything, so that the ledger knows each verdict.</summary>
    private RateLimits? MakeRates()
    {
        if (!_chance.Percent(25)) return null;
        var (all, rate) = (_chance.Percent(50), _chance.Of(50, 500, 500, 1000));
        return new RateLimits
        {
            ResponsesPerSecond = all ? 0 : rate,
            ErrorsPerSecond = all ? 0 : rate,
            NegativesPerSecond = all ? 0 : _chance.Of(10, rate),
            ReferralsPerSecond = all ? 0 : 10,
            AllPerSecond = all ? rate : 0,
            Window = TimeSpan.FromSeconds(_chance.Of(0, 1, 15)),
            Slip = _chance.Below(4),
            IPv4Prefix = _chance.Of(24, 24, 22, 8),
            IPv6Prefix = _chance.Of(56, 56, 48, 64),
            Exempt = _chance.Percent(20) ? [IPNetwork.Parse("42.42.40.0/24"), IPNetwork.Parse("2a2a:2a2a:2a2a:2800::/56")] : [],
            LogOnly = _chance.Percent(10),
            TableSize = RateLimits.MinTableSize,
        };
    }

    /// <summary>Clients of few networks, that they meet a limit: four of each family, so that no table has to forget one.</summary>
    private void Gather(byte[] address)
    {
        var place = address.Length == 4 ? 2 : 6;
        address.AsSpan(0, place + (place / 6) + 1).Fill(0x2A);
        address[place] = (byte)(0x28 + _chance.Below(4));
    }

    /// <summary>The outcome whose counter has moved since <see cref="_before"/> was filled; null = not just one, by one.</summary>
    private QueryOutcome? CountedSince()
    {
        QueryOutcome? counted = null;
        for (var i = 0; i < s_outcomes; i++)
        {
            if (_counters[(QueryOutcome)i] == _before[i]) continue;
            if (counted is not null || _counters[(QueryOutcome)i] != _before[i] + 1) return null;
            counted = (QueryOutcome)i;
        }
        return counted;
    }

    private void Run(long number)
    {
        _chance.Restart(_seed, (ulong)number);
        byte[] address = [.. Enumerable.Range(0, _chance.Percent(70) ? 4 : 16).Select(_ => _chance.Octet())];
        if (address.Length == 16) address[0] |= 0x20;
        if (_settings.Rates is not null) Gather(address);
        var client = new ReferenceClient(address, Tcp: _chance.Percent(20), WallSeconds: (uint)_chance.Next());
        var source = ClientAddress.From(address);
        _maker.Make(_packet, _world!.Names, client, _settings.Cookies);
        // Ten packets to the millisecond, so that a world lasts half a second.
        var nowMicros = number % PacketsPerWorld * 100;
        string? wrong;
        var length = 0;
        try
        {
            for (var i = 0; i < s_outcomes; i++) _before[i] = _counters[(QueryOutcome)i];
            var began = System.Diagnostics.Stopwatch.GetTimestamp();
            length = _processor!.Answer(
                _contents, _packet.Octets.AsSpan(0, _packet.Length), client.Tcp ? _reply : _reply.AsSpan(0, 4096), source, client.Tcp, nowMicros, client.WallSeconds);
            LongestTicks = Math.Max(LongestTicks, System.Diagnostics.Stopwatch.GetTimestamp() - began);
            LongestAnswer = Math.Max(LongestAnswer, length);
            var check = new AnswerCheck(_packet, new ReferenceQuery(_packet.Octets, _packet.Length, client, _settings), _reply, length, client, _settings)
            {
                Counted = CountedSince(),
                NowMicros = nowMicros,
                Ledger = _ledger,
            };
            wrong = check.FindWrong(_world.Reference);
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
            packet {number} of seed {_seed} over {(client.Tcp ? "TCP" : "UDP")} from {source.ToIPAddress()}, {_settings}: {wrong}
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
