using System.Net;
using CsCheck;
using Pointsman.Dns;
using Pointsman.Dns.Answering;
using Pointsman.Dns.Dynamic;
using Pointsman.Dns.Limiting;
using Pointsman.Dns.Wire;
using Pointsman.Dns.Zones;
using Pointsman.Tests.Dns.Asking;

namespace Pointsman.Tests.Dns.Limiting;

/// <summary>Rates and unproven clients as a client sees them: through the worker's own processor.</summary>
public sealed class LimitedAnswerTests
{
    private static readonly RateLimits s_two = new() { ResponsesPerSecond = 2, NegativesPerSecond = 2, ReferralsPerSecond = 2, ErrorsPerSecond = 2, Slip = 0 };

    private sealed class Asker
    {
        private readonly WorkerCounters _counters = new();
        private readonly QueryProcessor _processor;
        private readonly byte[] _reply = new byte[QueryProcessor.MaxMessageBytes];

        public Asker(AnswerSettings settings, string zone = Responder.ExampleZone, IDynamicAnswers? dynamic = null)
        {
            _processor = new QueryProcessor(0, _counters, TimeSpan.FromSeconds(20), new UInt128(0x0123456789ABCDEF, 0xFEDCBA9876543211));
            Contents = new DnsContents(new ZoneSet([Responder.Zone("example.com", zone)]), dynamic) { Settings = settings };
        }

        public DnsContents Contents { get; set; }
        public DnsCounters Counters => WorkerCounters.Sum([_counters], _ => false, TcpCounters.None);

        public byte[] Raw(byte[] query, string source = "198.51.100.1", bool tcp = false, long at = 0) =>
            _reply.AsSpan(0, _processor.Answer(Contents, query, tcp ? _reply : _reply.AsSpan(0, 4096), ClientAddress.From(IPAddress.Parse(source)), tcp, at, wallSeconds: (uint)(at / 1_000_000))).ToArray();

        /// <summary>Null = no answer.</summary>
        public ParsedAnswer? Ask(string name, RrType type = RrType.A, ushort? payload = null, bool tcp = false, long at = 0, string source = "198.51.100.1") =>
            Raw(new QueryBytes(name, type) { Payload = payload }.Build(), source, tcp, at) is { Length: > 0 } answer ? new ParsedAnswer(answer) : null;
    }

    private static Asker Limited(RateLimits limits) => new(new AnswerSettings { RateLimits = limits });

    [Theory]
    [InlineData("www.example.com", "www.example.com", LimitKind.Answer, "one name")]
    [InlineData("a.wild.example.com", "b.wild.example.com", LimitKind.Answer, "made-up names below a wildcard")]
    [InlineData("a.moved.example.com", "b.moved.example.com", LimitKind.Answer, "made-up names below a DNAME")]
    [InlineData("a.example.com", "b.c.example.com", LimitKind.Negative, "made-up names of a zone")]
    [InlineData("ent.example.com", "ent.example.com", LimitKind.Negative, "NODATA of one name")]
    [InlineData("a.child.example.com", "b.c.child.example.com", LimitKind.Referral, "made-up names below a delegation")]
    [InlineData("www.example.org", "www.example.net", LimitKind.Error, "refused, whatever the name")]
    public void What_is_answered_alike_shares_a_rate(string first, string second, LimitKind kind, string _)
    {
        var asker = Limited(s_two);
        Assert.NotNull(asker.Ask(first));
        Assert.NotNull(asker.Ask(second));
        Assert.Null(asker.Ask(first));
        Assert.Null(asker.Ask(second));
        Assert.Equal((2, 2), (asker.Counters[QueryOutcome.RateDropped], asker.Counters.Limited[(int)kind].Dropped));
    }

    [Theory]
    [InlineData("www.example.com", "mail.example.com", "two names")]
    [InlineData("a.wild.example.com", "a.walias.example.com", "two wildcards")]
    [InlineData("ent.example.com", "under.ent.example.com", "NODATA of two names")]
    [InlineData("a.child.example.com", "a.other.example.com", "two delegations")]
    public void What_is_answered_differently_does_not(string first, string second, string _)
    {
        var asker = Limited(s_two);
        for (var i = 0; i < 5; i++) asker.Ask(first);
        Assert.NotNull(asker.Ask(second));
    }

    [Fact]
    public void A_chosen_answer_is_limited_by_its_name_whoever_was_chosen()
    {
        var asker = new Asker(new AnswerSettings { RateLimits = s_two }, dynamic: new FakeDynamic("app.example.com") { Fragments = [AddressFragment.Render([IPAddress.Parse("192.0.2.7")])] });
        Assert.NotNull(asker.Ask("app.example.com"));
        Assert.NotNull(asker.Ask("app.example.com"));
        Assert.Null(asker.Ask("app.example.com"));
    }

    [Theory]
    [InlineData("www.example.com", Rcode.NoError, true, "an answer")]
    [InlineData("nowhere.example.com", Rcode.NoError, true, "a negative one: nothing is to be believed of it, or remembered")]
    [InlineData("below.child.example.com", Rcode.NoError, true, "a referral")]
    [InlineData("www.example.org", Rcode.Refused, false, "an error keeps its code, and nobody is to come back for it")]
    public void A_slipped_response_is_empty_and_truncated_with_question_and_OPT(string name, Rcode rcode, bool truncated, string _)
    {
        var asker = Limited(s_two with { Slip = 1 });
        for (var i = 0; i < 2; i++) asker.Ask(name);
        var query = new QueryBytes(name, RrType.A) { Payload = 1232, Id = 77 }.Build();
        var raw = asker.Raw(query);
        var answer = new ParsedAnswer(raw);
        Assert.Equal((truncated, rcode, 77, 1), (answer.IsTruncated, answer.Rcode, answer.Id, answer.OptRecords));
        Assert.Equal((0, 0), (answer.Answers.Count, answer.Authority.Count));
        Assert.True(raw.Length <= query.Length, $"{raw.Length} octets for {query.Length}");
        Assert.Equal((1, 1), (asker.Counters[QueryOutcome.RateSlipped], asker.Counters.Limited.Sum(l => l.Slipped)));
    }

    [Fact]
    public void TCP_is_never_limited()
    {
        var asker = Limited(s_two with { AllPerSecond = 1 });
        for (var i = 0; i < 50; i++) Assert.Single(asker.Ask("www.example.com", tcp: true)!.Answers);
        Assert.NotNull(asker.Ask("www.example.com"));
    }

    [Fact]
    public void A_client_that_shows_our_cookie_is_never_limited_nor_sent_to_TCP()
    {
        var asker = new Asker(new AnswerSettings { RateLimits = s_two, TruncateUnproven = true }, Sized);
        byte[] Asking(params byte[] cookie) => new QueryBytes("large.example.com", RrType.TXT) { Payload = 1232, Options = [(10, cookie)] }.Build();
        var first = new ParsedAnswer(asker.Raw(Asking(1, 2, 3, 4, 5, 6, 7, 8)));
        Assert.True(first.IsTruncated);
        for (var i = 0; i < 20; i++) Assert.Single(new ParsedAnswer(asker.Raw(Asking(first.Option(10)!))).Answers);
        Assert.Equal(0, asker.Counters.Limited.Sum(limited => limited.Dropped + limited.Slipped));
        // Nor does a cookie of somebody else's help.
        for (var i = 0; i < 3; i++) asker.Raw(Asking(first.Option(10)!), source: "198.51.100.2");
        Assert.Equal(2, asker.Counters.Limited.Sum(limited => limited.Dropped));
    }

    [Fact]
    public void Loopback_is_never_limited()
    {
        var asker = Limited(s_two);
        for (var i = 0; i < 50; i++) Assert.NotNull(asker.Ask("www.example.com", source: "127.0.0.1"));
    }

    [Fact]
    public void Trying_limits_out_changes_no_answer_and_counts()
    {
        var asker = Limited(s_two with { LogOnly = true });
        for (var i = 0; i < 10; i++) Assert.Single(asker.Ask("www.example.com")!.Answers);
        Assert.Equal((10, 8), (asker.Counters[QueryOutcome.Answered], asker.Counters.Limited[(int)LimitKind.Answer].LoggedOnly));
    }

    [Fact]
    public void Without_limits_nothing_is_limited_and_they_come_and_go_with_the_contents()
    {
        var asker = new Asker(AnswerSettings.Default);
        for (var i = 0; i < 50; i++) Assert.NotNull(asker.Ask("www.example.com"));
        asker.Contents = asker.Contents with { Settings = new AnswerSettings { RateLimits = s_two } };
        for (var i = 0; i < 50; i++) asker.Ask("www.example.com");
        Assert.Null(asker.Ask("www.example.com"));
        asker.Contents = asker.Contents with { Settings = AnswerSettings.Default };
        Assert.NotNull(asker.Ask("www.example.com"));
        asker.Contents = asker.Contents with { Settings = new AnswerSettings { RateLimits = s_two with { Slip = 1 } } };
        Assert.True(asker.Ask("www.example.com")!.IsTruncated);
    }

    private const string Sized = """
        $TTL 60
        @ SOA ns . 1 2 3 4 5
        @ NS ns
        small TXT "0123456789012345678901234567890123456789"
        large TXT "012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789" "012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789" "012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789" "012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789" "012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789" "012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
        """;

    [Fact]
    public void An_unproven_client_comes_back_over_TCP_for_a_large_answer()
    {
        var asker = new Asker(new AnswerSettings { TruncateUnproven = true }, Sized);
        Assert.Equal((true, 0, 1), asker.Ask("large.example.com", RrType.TXT, payload: 1232) is { } cut ? (cut.IsTruncated, cut.Answers.Count, cut.OptRecords) : default);
        Assert.Single(asker.Ask("large.example.com", RrType.TXT, payload: 1232, tcp: true)!.Answers);
        Assert.Single(asker.Ask("small.example.com", RrType.TXT, payload: 1232)!.Answers);
        Assert.Equal((1, 1), (asker.Counters[QueryTally.UnprovenTruncated], asker.Counters[QueryTally.Truncated]));
        Assert.Equal(3, asker.Counters[QueryOutcome.Answered]);
        // Without the option it gets all.
        Assert.Single(new Asker(AnswerSettings.Default, Sized).Ask("large.example.com", RrType.TXT, payload: 1232)!.Answers);
    }

    [Fact, Trait("rfc", "6672 §2.2")]
    public void A_name_that_became_too_long_is_truncated_too_because_its_DNAME_is_missing()
    {
        const string Zone = "$TTL 60\n@ SOA ns . 1 2 3 4 5\n@ NS ns\nshort DNAME a.name.that.is.a.good.deal.longer.than.short.example.com.\n";
        var label = new string('x', 63);
        var asker = new Asker(new AnswerSettings { RateLimits = s_two with { Slip = 1 } }, Zone);
        ParsedAnswer Ask() => asker.Ask($"{label}.{label}.{label}.{label[..30]}.short.example.com")!;
        for (var i = 0; i < 2; i++) Assert.Equal(Rcode.YxDomain, Ask().Rcode);
        var slipped = Ask();
        Assert.Equal((Rcode.NoError, true, 0), (slipped.Rcode, slipped.IsTruncated, slipped.Answers.Count));
    }

    [Fact, Trait("rfc", "9000 §8.1")]
    public void An_answer_that_is_no_amplifier_passes_unproven()
    {
        var asker = new Asker(new AnswerSettings { TruncateUnproven = true }, Sized);
        // A query padded to a third of the answer.
        var query = new QueryBytes("large.example.com", RrType.TXT) { Payload = 1232, Options = [(12, new byte[200])] }.Build();
        Assert.Single(new ParsedAnswer(asker.Raw(query)).Answers);
    }

    [Fact]
    public void No_answer_to_an_unproven_client_is_a_large_amplifier()
    {
        var asker = new Asker(new AnswerSettings { TruncateUnproven = true, UdpPayloadBytes = 4096 }, Sized);
        var mutated = Gen.Select(Gen.Int[0, 4].Select(i => new[] { "large.example.com", "small.example.com", "example.com", "nowhere.example.com", "www.example.org" }[i]), Gen.UShort, Gen.Int[0, 400],
            Gen.Int[0, 60], Gen.Byte);
        mutated.Sample((name, payload, padding, place, octet) =>
        {
            var query = new QueryBytes(name, RrType.TXT) { Payload = payload, Options = [(12, new byte[padding])] }.Build();
            if (place > 2) query[place % query.Length] = octet;
            var answer = asker.Raw(query);
            return answer.Length <= Math.Max(512, 3 * query.Length);
        }, iter: 20_000, threads: 1);
    }
}
