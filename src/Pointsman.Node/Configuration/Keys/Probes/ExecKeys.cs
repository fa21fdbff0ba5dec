using System.Collections.Immutable;
using Pointsman.Model.Probes;
using Pointsman.Node.Configuration.Shapes;
using static Pointsman.Node.Configuration.Shapes.Declare;

namespace Pointsman.Node.Configuration.Keys.Probes;

/// <summary><c>services.*.probe.exec</c>.</summary>
internal static class ExecKeys
{
    private static readonly Key<ImmutableArray<Written<string>>> command = Required("command", new ListOf<Written<string>>(
        new Form<string>("text of at most 4096 bytes", static text => (text.Length <= 4096 && !text.Contains('\0', StringComparison.Ordinal), text)).Placed(), 1, 64),
        "The program's absolute path, then its arguments; no shell stands between. It finds `POINTSMAN_ADDRESS`, `POINTSMAN_PORT`, `POINTSMAN_SERVICE`, `POINTSMAN_SITE`, `POINTSMAN_VIP`, `POINTSMAN_TIMEOUT_MS` and perhaps `POINTSMAN_SOURCE` in its environment.", []);

    public static readonly CheckKey Exec = new("exec", new KeyTable("services.*.probe.exec", [command]), Read,
        "Run a program: 0 means up, any other exit code down, and its last line is the reason. It is killed at the timeout, with all that it started.");

    private static WrittenCheck Read(Fields fields)
    {
        var written = fields.Get(command);
        if (written.Length > 0 && !written[0].Value.StartsWith('/'))
            fields.Findings.Error(written[0].Mark, written[0].Path, $"must be the absolute path of a program, was '{written[0].Value}'");
        var check = new ExecCheck { Command = [.. written.Select(static word => word.Value)] };
        return _ => check;
    }
}
