using System.CommandLine;
using System.Globalization;
using System.Text;
using Pointsman.Dns;
using Pointsman.Dns.Transport;

namespace Pointsman.Node.Commands;

/// <summary>The options of <c>dns</c> that say how it serves: what the section <c>dns</c> of the configuration says of a node.</summary>
internal static class DnsOptions
{
    private static readonly Option<int?> s_threads = Number("--threads", "N", 1, 64, "UDP threads for each address, 1–64 (default: one per core)");
    private static readonly Option<int?> s_udpPayload = Number("--udp-payload", "BYTES", 512, 4096, "The largest UDP answer, 512–4096 bytes (default: 1232)");
    private static readonly Option<string?> s_identity = Text("--identity", "Which server this is, told to who asks by NSID (default: not told)");

    public static void AddTo(Command command)
    {
        foreach (var option in (Option[])[s_threads, s_udpPayload, s_identity, .. RateLimitOptions.All]) command.Options.Add(option);
    }

    public static DnsServerOptions Apply(ParseResult result, DnsServerOptions options) => options with { UdpThreads = result.GetValue(s_threads) ?? options.UdpThreads, TcpDescriptorShare = 2 };

    public static AnswerSettings Answers(ParseResult result) => new()
    {
        UdpPayloadBytes = result.GetValue(s_udpPayload) ?? AnswerSettings.Default.UdpPayloadBytes,
        Identity = result.GetValue(s_identity),
        RateLimits = RateLimitOptions.Limits(result),
        TruncateUnproven = RateLimitOptions.TruncateUnproven(result),
    };

    internal static Option<int?> Number(string name, string helpName, int min, int max, string description) => new(name)
    {
        Description = description,
        HelpName = helpName,
        CustomParser = given =>
        {
            var text = given.Tokens[^1].Value;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max) return number;
            given.AddError(FormattableString.Invariant($"{name} must be {min}–{max}, was '{text}'"));
            return null;
        },
    };

    private static Option<string?> Text(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "TEXT",
        CustomParser = given =>
        {
            var text = given.Tokens[^1].Value;
            if (Encoding.UTF8.GetByteCount(text) is > 0 and <= AnswerSettings.MaxTextBytes) return text;
            given.AddError(FormattableString.Invariant($"{name} must be 1–{AnswerSettings.MaxTextBytes} bytes"));
            return null;
        },
    };
}
