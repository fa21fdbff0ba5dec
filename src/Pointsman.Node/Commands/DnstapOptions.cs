using System.CommandLine;
using System.Globalization;
using Pointsman.Dns.Recording;
using Pointsman.Dnstap.Transport;
using Pointsman.Node.Admin;

namespace Pointsman.Node.Commands;

/// <summary>The options of <c>dns</c> that record its queries: what the section <c>dns.dnstap</c> of the configuration says of a node.</summary>
internal static class DnstapOptions
{
    private static readonly Option<string?> s_file = new("--dnstap")
    {
        Description = "Record queries and answers in this file; one that has something in it is renamed to FILE.1 first",
        HelpName = "FILE",
    };

    private static readonly Option<string?> s_socket = new("--dnstap-socket")
    {
        Description = "Send queries and answers to the dnstap collector that listens at this unix socket",
        HelpName = "PATH",
    };

    private static readonly Option<double?> s_sample = new("--dnstap-sample")
    {
        Description = "The share of queries that is recorded, above 0 to 1 (default: 1)",
        HelpName = "SHARE",
        CustomParser = given =>
        {
            var text = given.Tokens[^1].Value;
            if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share) && share is > 0 and <= 1) return share;
            given.AddError($"--dnstap-sample must be a number above 0 to 1, was '{text}'");
            return null;
        },
    };

    public static void AddTo(Command command)
    {
        foreach (var option in (Option[])[s_file, s_socket, s_sample]) command.Options.Add(option);
        command.Validators.Add(line =>
        {
            var given = (line.GetResult(s_file) is null ? 0 : 1) + (line.GetResult(s_socket) is null ? 0 : 1);
            if (given == 2) line.AddError("give --dnstap or --dnstap-socket, one of the two");
            if (given == 0 && line.GetResult(s_sample) is not null) line.AddError("--dnstap-sample goes with --dnstap or --dnstap-socket");
            if (line.GetValue(s_file) is { Length: 0 }) line.AddError("--dnstap must be the path of a file, was ''");
            if (line.GetValue(s_socket) is { Length: 0 }) line.AddError("--dnstap-socket must be the path of a socket, was ''");
        });
    }

    /// <summary>Null = nothing is recorded.</summary>
    public static TapOptions? From(ParseResult result, string? identity)
    {
        var (file, socket) = (result.GetValue(s_file), result.GetValue(s_socket));
        return file is null && socket is null ? null : new TapOptions
        {
            File = file is null ? null : Path.GetFullPath(file),
            Socket = socket is null ? null : Path.GetFullPath(socket),
            Recording = new RecordingOptions { Sample = result.GetValue(s_sample) ?? 1 },
            Identity = identity ?? Environment.MachineName,
            Version = $"pointsman {NodeViews.Version}",
        };
    }
}
