using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using Pointsman.Dns.Limiting;
using Pointsman.Topology;

namespace Pointsman.Node.Commands;

/// <summary>The options of <c>dns</c> that keep it from being used against others; the section <c>dns.rateLimit</c> of the configuration has finer ones.</summary>
internal static class RateLimitOptions
{
    private static readonly Option<int?> s_rate = DnsOptions.Number("--rate-limit", "N", 1, RateLimits.MaxPerSecond,
        "UDP responses a second to one client network (/24, /56), for each name and for each kind of error (default: not limited)");
    private static readonly Option<int?> s_slip = DnsOptions.Number("--rate-limit-slip", "N", 0, RateLimits.MaxSlip,
        "Of the limited responses every Nth is sent empty and truncated, 0 = none (default: 2)");
    private static readonly Option<IPNetwork[]> s_exempt = new("--rate-limit-exempt")
    {
        Description = "A network that is never limited; may be repeated",
        HelpName = "NETWORK",
        DefaultValueFactory = _ => [],
        CustomParser = given =>
        {
            var networks = new List<IPNetwork>();
            foreach (var token in given.Tokens)
            {
                if (Prefix.TryParse(token.Value, out var prefix)) networks.Add(new IPNetwork(prefix.Network, prefix.Length));
                else given.AddError($"--rate-limit-exempt must be a network such as 192.0.2.0/24, was '{token.Value}'");
            }
            return [.. networks];
        },
    };
    private static readonly Option<bool> s_logOnly = new("--rate-limit-log-only") { Description = "Count and log what would be limited, and answer it" };
    private static readonly Option<bool> s_truncate = new("--truncate-unproven") { Description = "Send UDP clients without a valid cookie to TCP for answers of more than 512 bytes" };

    public static IEnumerable<Option> All => [s_rate, s_slip, s_exempt, s_logOnly, s_truncate];

    public static bool TruncateUnproven(ParseResult result) => result.GetValue(s_truncate);

    /// <summary>Null = not limited.</summary>
    public static RateLimits? Limits(ParseResult result)
    {
        if (result.GetValue(s_rate) is not { } rate) return null;
        var limits = new RateLimits { ResponsesPerSecond = rate, NegativesPerSecond = rate, ReferralsPerSecond = rate, ErrorsPerSecond = rate };
        return limits with { Slip = result.GetValue(s_slip) ?? limits.Slip, Exempt = result.GetValue(s_exempt)!.ToImmutableArray(), LogOnly = result.GetValue(s_logOnly) };
    }

    /// <summary>An option that says how to limit says nothing without a rate.</summary>
    public static string? Fault(CommandResult result) =>
        result.GetResult(s_rate) is null && new Option[] { s_slip, s_exempt, s_logOnly }.Any(option => result.GetResult(option) is { Implicit: false })
            ? "--rate-limit-slip, --rate-limit-exempt and --rate-limit-log-only need --rate-limit"
            : null;
}
