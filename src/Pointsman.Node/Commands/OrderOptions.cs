using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Pointsman.Dssp.Pki;
using Pointsman.Model;
using Pointsman.Node.Configuration;
using Pointsman.Node.History;

namespace Pointsman.Node.Commands;

/// <summary>What every command that gives an order asks for: about what, why, until when, and who says so.</summary>
internal sealed class OrderOptions
{
    private const string CertificateVariable = "POINTSMAN_OPERATOR_CERT";
    private const string KeyVariable = "POINTSMAN_OPERATOR_KEY";

    public Argument<string> What { get; } = WhatArgument();

    public Option<string?> Reason { get; } = new("--reason")
    {
        Description = $"Why, for whoever sees it: at most {OverrideLimits.WhyCharacters} characters",
        HelpName = "TEXT",
        Validators =
        {
            result =>
            {
                if (result.Tokens is [{ Value.Length: > OverrideLimits.WhyCharacters and var length }]) result.AddError($"--reason: must have at most {OverrideLimits.WhyCharacters} characters, had {length}");
            },
        },
    };

    public Option<DateTimeOffset?> Until { get; } = new("--until")
    {
        Description = "When it ends by itself: a time (14:00 is UTC, the next one; 2026-01-31T14:00:00Z) or a duration (2h)",
        HelpName = "TIME|DURATION",
        CustomParser = result =>
        {
            if (TryParseEnd(result.Tokens[0].Value, TimeProvider.System.GetUtcNow(), out var end)) return end;
            result.AddError($"--until: must be a time in the future (14:00, 2026-01-31T14:00:00Z) or a duration (2h, 30m), at most {OverrideLimits.LongestLife.TotalHours:0}h from now, was '{result.Tokens[0].Value}'");
            return null;
        },
    };

    public Option<string?> By { get; } = new("--by") { Description = "Who gives the order, where nobody signs it; you and this machine unless it says otherwise", HelpName = "NAME" };

    public Option<string?> Certificate { get; } = new("--operator-cert")
    {
        Description = $"Your operator's certificate ('pointsman pki operator'); with it any node takes the order ({CertificateVariable})",
        HelpName = "FILE",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable(CertificateVariable) is { Length: > 0 } set ? set : null,
    };

    public Option<string?> Key { get; } = new("--operator-key")
    {
        Description = $"Its key ({KeyVariable})",
        HelpName = "FILE",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable(KeyVariable) is { Length: > 0 } set ? set : null,
    };

    public Option<Uri> Node { get; } = NodeClient.NodeOption();

    public static Argument<string> WhatArgument() => new("site")
    {
        Description = "The site, or one of its services: paris, or paris/www.example.com",
        HelpName = "SITE[/SERVICE]",
        Validators =
        {
            result =>
            {
                // D/$SERVICE with a variable that was never set must not mean the whole site.
                if (result.Tokens is [{ Value: var what }] && Split(what) is ("", _) or (_, "")) result.AddError($"SITE[/SERVICE]: must be a site, or a site and one of its services such as paris/www.example.com, was '{what}'");
            },
        },
    };

    public void AddTo(Command command, bool hasEnd)
    {
        command.Arguments.Add(What);
        command.Options.Add(Reason);
        if (hasEnd) command.Options.Add(Until);
        command.Options.Add(By);
        command.Options.Add(Certificate);
        command.Options.Add(Key);
        command.Options.Add(Node);
    }

    public static (string Site, string? Service) Split(string what) => what.Split('/', 2) is [var site, var service] ? (site, service.TrimEnd('.').ToLowerInvariant()) : (what, null);

    public string Who(ParseResult result)
    {
        var name = result.GetValue(By) is { Length: > 0 } given ? given : $"{Environment.UserName}@{Environment.MachineName}";
        return name.Length <= OverrideLimits.WhoCharacters ? name : name[..OverrideLimits.WhoCharacters];
    }

    public string Why(ParseResult result) => result.GetValue(Reason) ?? "";

    /// <summary>Null where nobody signs.</summary>
    /// <exception cref="NodeClientException">One of the two is missing, cannot be read, or is no operator's.</exception>
    public X509Certificate2? Signer(ParseResult result)
    {
        var (certificate, key) = (result.GetValue(Certificate), result.GetValue(Key));
        if (certificate is null && key is null) return null;
        if (certificate is null || key is null) throw new NodeClientException(ExitCode.Usage, "--operator-cert and --operator-key go together");
        try
        {
            var loaded = X509Certificate2.CreateFromPemFile(certificate, key);
            return OperatorSignatures.IdentityOf(loaded) is not null ? loaded : throw new CryptographicException("it names no operator: 'pointsman pki operator NAME' makes one that does");
        }
        catch (Exception error) when (error is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new NodeClientException(ExitCode.Failed, $"the operator's certificate {certificate} with key {key} is no good: {error.Message}");
        }
    }

    /// <summary>A duration from now, or a time; a time of day is the next one. Whole milliseconds.</summary>
    internal static bool TryParseEnd(string text, DateTimeOffset now, out DateTimeOffset end)
    {
        end = default;
        if (Duration.TryParse(text, out var span))
        {
            if (span <= TimeSpan.Zero || span > OverrideLimits.LongestLife) return false;
            end = now + span;
        }
        else
        {
            if (text.EndsWith("ago", StringComparison.OrdinalIgnoreCase) || !PastTime.TryParse(text, now, out end)) return false;
            if (end <= now && text.Length <= "00:00:00.0000000".Length && text.Contains(':', StringComparison.Ordinal) && !text.Contains('-', StringComparison.Ordinal)) end = end.AddDays(1);
        }

        end = DateTimeOffset.FromUnixTimeMilliseconds(end.ToUnixTimeMilliseconds());
        return end > now;
    }
}
