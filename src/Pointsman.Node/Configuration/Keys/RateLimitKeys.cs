using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Pointsman.Dns.Limiting;
using Pointsman.Node.Configuration.Shapes;
using Pointsman.Topology;
using static Pointsman.Node.Configuration.Shapes.Declare;

namespace Pointsman.Node.Configuration.Keys;

/// <summary><c>dns.rateLimit</c>: response rate limiting.</summary>
internal static class RateLimitKeys
{
    private const string Unless = "that of `responsesPerSecond`";
    private static readonly RateLimits standard = new() { ResponsesPerSecond = 1 };
    private static readonly Whole rate = new(0, RateLimits.MaxPerSecond);

    internal static readonly Form<IPNetwork> Network = new(
        "a network such as 192.0.2.0/24 or 2001:db8::/32, or one address",
        text => Prefix.TryParse(text, out var prefix) ? (true, new IPNetwork(prefix.Network, prefix.Length)) : (false, default),
        hint: text => IPNetwork.TryParse(text, out _) || text.Contains('/', StringComparison.Ordinal) && IPAddress.TryParse(text[..text.IndexOf('/', StringComparison.Ordinal)], out _)
            ? "are bits set behind the length?" : null);

    private static readonly Key<int> responses = Required("responsesPerSecond", new Whole(1, RateLimits.MaxPerSecond), "Answers to one name and type.");
    private static readonly Key<int?> negatives = Optional("negativesPerSecond", rate.OrNone(), "NXDOMAIN of one zone, and NODATA of one name; 0 = not limited.", null, Unless);
    private static readonly Key<int?> referrals = Optional("referralsPerSecond", rate.OrNone(), "Referrals to one delegation; 0 = not limited.", null, Unless);
    private static readonly Key<int?> errors = Optional("errorsPerSecond", rate.OrNone(), "Error codes, whatever was asked; 0 = not limited.", null, Unless);
    private static readonly Key<int> all = Optional("allPerSecond", rate, "All responses together; 0 = not limited.", standard.AllPerSecond, "0");
    private static readonly Key<TimeSpan?> window = Optional("window", new DurationShape(TimeSpan.Zero, TimeSpan.FromHours(1)),
        "How far a flood can run into debt: so long after its end its network is still limited; 0s = a flood keeps getting its rate.", standard.Window, "15s");
    private static readonly Key<int> slip = Optional("slip", new Whole(0, RateLimits.MaxSlip),
        "Of the limited responses every so many is sent empty and truncated, so that a real client comes back over TCP; 0 = none, 1 = all.", standard.Slip, "2");
    private static readonly Key<int> ipv4Prefix = Optional("ipv4Prefix", new Whole(1, 32), "IPv4 clients with so many leading bits in common share their rates.", standard.IPv4Prefix, "24");
    private static readonly Key<int> ipv6Prefix = Optional("ipv6Prefix", new Whole(1, 128), "IPv6 clients with so many leading bits in common share their rates.", standard.IPv6Prefix, "56");
    private static readonly Key<ImmutableArray<IPNetwork>> exempt = Optional("exempt", new ListOf<IPNetwork>(Network, 0, 1000, orOne: true),
        "Networks that are never limited. Loopback never is, nor who asks over TCP or shows a valid cookie.", [], "[]");
    private static readonly Key<int> tableSize = Optional("tableSize", new Whole(RateLimits.MinTableSize, RateLimits.MaxTableSize),
        "Rates that each UDP thread keeps, 24 bytes each; rounded up to a power of two.", standard.TableSize, standard.TableSize.ToString(CultureInfo.InvariantCulture));
    private static readonly Key<bool> logOnly = Optional("logOnly", new Flag(), "Count and log what would be limited, and answer it.", false, "false");

    public static readonly KeyTable Table = new("dns.rateLimit",
        [responses, negatives, referrals, errors, all, window, slip, ipv4Prefix, ipv6Prefix, exempt, tableSize, logOnly]);

    public static RateLimits Read(Fields fields)
    {
        var usual = fields.Get(responses);
        var limits = standard with
        {
            ResponsesPerSecond = usual,
            NegativesPerSecond = fields.Get(negatives) ?? usual,
            ReferralsPerSecond = fields.Get(referrals) ?? usual,
            ErrorsPerSecond = fields.Get(errors) ?? usual,
            AllPerSecond = fields.Get(all),
            Window = fields.Get(window) ?? standard.Window,
            Slip = fields.Get(slip),
            IPv4Prefix = fields.Get(ipv4Prefix),
            IPv6Prefix = fields.Get(ipv6Prefix),
            Exempt = fields.Get(exempt),
            TableSize = fields.Get(tableSize),
            LogOnly = fields.Get(logOnly),
        };
        var highest = Math.Max(Math.Max(usual, limits.NegativesPerSecond), Math.Max(limits.ReferralsPerSecond, limits.ErrorsPerSecond));
        if (limits.AllPerSecond > 0 && limits.AllPerSecond < highest)
        {
            fields.Findings.Error(fields.MarkOf(all), fields.At("allPerSecond"),
                FormattableString.Invariant($"must be 0 or at least the highest of the other rates ({highest}), was {limits.AllPerSecond}"));
        }
        return limits;
    }
}
