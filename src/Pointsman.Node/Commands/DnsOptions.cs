using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text;
using Pointsman.Dns;
using Pointsman.Dns.Transport;
using Pointsman.Node.Configuration;

namespace Pointsman.Node.Commands;

/// <summary>The options of <c>dns</c> that say how it serves: what the section <c>dns</c> of the configuration says of a node.</summary>
internal static class DnsOptions
{
    private static readonly Option<int?> s_threads = Number("--threads", "N", 1, 64, "UDP threads for each address, 1–64 (default: one per core)");
    private static readonly Option<int?> s_udpPayload = Number("--udp-payload", "BYTES", 512, 4096, "The largest UDP answer, 512–4096 bytes (default: 1232)");
    private static readonly Option<string?> s_identity = Text("--identity", "Which server this is, 1–255 bytes, told to who asks by NSID or for id.server (default: not told)");
    private static readonly Option<string?> s_version = Text("--version-text", "What is told, 1–255 bytes, to who asks for version.server or version.bind (default: not told)");

    private static readonly Option<string?> s_cookies = new("--cookies")
    {
        Description = "DNS cookies: on, off, or require: BADCOOKIE to who shows a cookie over UDP but none of ours (default: on)",
        HelpName = "on|off|require",
    };

    private static readonly Option<string[]> s_secrets = new("--cookie-secret")
    {
        Description = "A file of 32 hexadecimal digits that servers of a site share; may be given twice: the first signs, both verify (default: a secret of our own, changed every day)",
        HelpName = "FILE",
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<int?> s_connections = Number("--tcp-connections", "N", 1, 1_000_000, "TCP connections in all, 1–1000000 (default: 10000)");
    private static readonly Option<int?> s_perClient = Number("--tcp-per-client", "N", 1, 1_000_000, "TCP connections from one IPv4 address or IPv6 /56, 1–1000000 (default: 500)");

    public static void AddTo(Command command)
    {
        foreach (var option in (Option[])[s_threads, s_udpPayload, s_identity, s_version, s_cookies, s_secrets, s_connections, s_perClient, .. RateLimitOptions.All]) command.Options.Add(option);
        command.Validators.Add(line =>
        {
            if (line.GetValue(s_cookies) is { } word and not ("on" or "off" or "require")) line.AddError($"--cookies must be on, off or require, was '{word}'");
            if (line.GetValue(s_secrets)!.Length > 2) line.AddError("--cookie-secret: two at most: the one that signs and the one before it");
            if (line.GetValue(s_cookies) == "off" && line.GetValue(s_secrets)!.Length > 0) line.AddError("--cookie-secret goes with cookies; --cookies was 'off'");
        });
    }

    public static DnsServerOptions Apply(ParseResult result, DnsServerOptions options) => options with
    {
        UdpThreads = result.GetValue(s_threads) ?? options.UdpThreads,
        TcpConnectionsMax = result.GetValue(s_connections) ?? options.TcpConnectionsMax,
        TcpDescriptorShare = 2,
        TcpConnectionsPerClient = result.GetValue(s_perClient) ?? options.TcpConnectionsPerClient,
    };

    /// <summary>Reads the files of the secrets, at the start and at each reload; <paramref name="wrong"/> is told what is wrong with one.</summary>
    public static AnswerSettings Answers(ParseResult result, Action<string> wrong)
    {
        var secrets = ImmutableArray.CreateBuilder<ImmutableArray<byte>>();
        foreach (var file in result.GetValue(s_secrets)!)
        {
            var read = DiskFiles.Instance.Read(file, CookieSecretFile.MaxBytes);
            if (read.Bytes is not { } bytes) wrong($"--cookie-secret: error: cannot read {file}: {read.Problem}");
            else if (CookieSecretFile.Read(bytes, out var problem) is { } secret) secrets.Add(secret);
            else wrong($"--cookie-secret: error: {file} {problem}");
        }
        return new AnswerSettings
        {
            UdpPayloadBytes = result.GetValue(s_udpPayload) ?? AnswerSettings.Default.UdpPayloadBytes,
            Identity = result.GetValue(s_identity),
            Version = result.GetValue(s_version),
            Cookies = new CookieSettings
            {
                Enabled = result.GetValue(s_cookies) != "off",
                Required = result.GetValue(s_cookies) == "require",
                Secrets = secrets.ToImmutable(),
            },
            RateLimits = RateLimitOptions.Limits(result),
            TruncateUnproven = RateLimitOptions.TruncateUnproven(result),
        };
    }

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
            var bytes = Encoding.UTF8.GetByteCount(text);
            if (bytes is > 0 and <= AnswerSettings.MaxTextBytes) return text;
            given.AddError(FormattableString.Invariant($"{name} must be 1–{AnswerSettings.MaxTextBytes} bytes, had {bytes}"));
            return null;
        },
    };
}
