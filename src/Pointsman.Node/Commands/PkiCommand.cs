using System.CommandLine;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Pointsman.Dssp.Pki;
using Pointsman.Node.Output;
using Pointsman.Topology;

namespace Pointsman.Node.Commands;

/// <summary>
/// <c>pki init</c>, <c>pki issue SITE</c> and <c>pki operator NAME</c> (the others are in <see cref="PkiFiles"/>): the private authority of a cluster, its nodes' and its operators' certificates, as PEM files. What is there is
/// never overwritten without --force: a new authority makes every certificate of the old one worthless.
/// </summary>
internal static class PkiCommand
{
    private const string AuthorityName = "authority";
    private const int LongestName = 64;
    private static readonly TimeSpan authorityLifetime = TimeSpan.FromDays(3653);
    private static readonly TimeSpan siteLifetime = TimeSpan.FromDays(3653);

    // Long enough that a signed order of a year fits in.
    private const int OperatorDays = 800;
    private const int MostOperatorDays = 3653;

    public static Command Make() => new("pki", "Make the private authority, the node certificates for DSSP, and operators' certificates")
    {
        Init(),
        Issue(),
        Operator(),
        PkiFiles.Show(),
        PkiFiles.Bundle(),
    };

    private static Command Init()
    {
        var folder = Folder();
        var cluster = new Option<string>("--cluster") { Description = "The cluster's name, as in the configuration (cluster.name)", HelpName = "NAME", DefaultValueFactory = _ => "example" };
        var force = Force();
        var command = new Command("init", "Make a private authority (ECDSA P-256, ten years): authority.crt and authority.key") { folder, cluster, force, OutputOptions.Format };
        command.SetAction(result =>
        {
            var printer = Printer.For(result);
            var name = result.GetValue(cluster)!;
            if (FaultOfName(name) is { } fault) return printer.Fail(ExitCode.Usage, $"--cluster: {fault}");
            return Written(printer, () =>
            {
                var pair = CertificateMaker.MakeAuthority(name, TimeProvider.System.GetUtcNow(), authorityLifetime);
                // The name goes with the authority, so that `issue` cannot get it wrong.
                return Write(result.GetValue(folder)!, AuthorityName, new PemPair($"cluster: {name}\n{pair.Certificate}", pair.Key), result.GetValue(force));
            });
        });
        return command.Examples("pointsman pki init --dir pki --cluster example");
    }

    private static Command Issue()
    {
        var site = new Argument<string>("SITE") { Description = "The site's name, as in the configuration" };
        var folder = Folder();
        var addresses = new Option<IPAddress[]>("--address")
        {
            Description = "An IP address to name in the certificate, for other tools; may be repeated. The identity is the site's name",
            HelpName = "IP",
            CustomParser = argument =>
            {
                var read = new List<IPAddress>();
                foreach (var token in argument.Tokens)
                {
                    // Through Prefix, which reads strictly: the framework takes 10.1 for 10.0.0.1.
                    if (!token.Value.Contains('/', StringComparison.Ordinal) && Prefix.TryParse(token.Value, out var prefix)) read.Add(prefix.Network);
                    else argument.AddError($"--address: '{token.Value}' is not an IP address");
                }

                return [.. read];
            },
        };
        var force = Force();
        var command = new Command("issue", "Make a site's node certificate, signed by the authority in the same folder: SITE.crt and SITE.key") { site, folder, addresses, force, OutputOptions.Format };
        command.SetAction(result =>
        {
            var printer = Printer.For(result);
            var name = result.GetValue(site)!;
            if (FaultOfName(name) is { } fault) return printer.Fail(ExitCode.Usage, $"SITE: {fault}");
            if (name == AuthorityName) return printer.Fail(ExitCode.Usage, $"SITE: '{AuthorityName}' is the authority's own name");
            return Written(printer, () =>
            {
                var path = result.GetValue(folder)!;
                var (cluster, authority) = ReadAuthority(path);
                var pair = CertificateMaker.MakeSite(authority, cluster, name, result.GetValue(addresses) ?? [], TimeProvider.System.GetUtcNow(), siteLifetime);
                return Write(path, name, pair, result.GetValue(force));
            });
        });
        return command.Examples("pointsman pki issue paris --dir pki --address 192.0.2.10");
    }

    private static Command Operator()
    {
        var name = new Argument<string>("NAME") { Description = "The operator's name, as it will stand beside every order" };
        var folder = Folder();
        var days = new Option<int>("--days") { Description = $"How long it holds, 1 to {MostOperatorDays}", HelpName = "N", DefaultValueFactory = _ => OperatorDays };
        var force = Force();
        var command = new Command("operator", "Make an operator's certificate, to sign orders that any node takes (drain, force): operator-NAME.crt and operator-NAME.key") { name, folder, days, force, OutputOptions.Format };
        command.SetAction(result =>
        {
            var printer = Printer.For(result);
            var who = result.GetValue(name)!;
            if (FaultOfName(who) is { } fault) return printer.Fail(ExitCode.Usage, $"NAME: {fault}");
            if (result.GetValue(days) is < 1 or > MostOperatorDays) return printer.Fail(ExitCode.Usage, $"--days: must be 1 to {MostOperatorDays}, was {result.GetValue(days)}");
            return Written(printer, () =>
            {
                var path = result.GetValue(folder)!;
                var (cluster, authority) = ReadAuthority(path);
                var pair = CertificateMaker.MakeOperator(authority, cluster, who, TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(result.GetValue(days)));
                return Write(path, $"operator-{who}", pair, result.GetValue(force));
            });
        });
        return command.Examples("pointsman pki operator ana --dir pki");
    }

    private static Option<string> Folder() => new("--dir") { Description = "The folder of the files; made if it is not there", HelpName = "DIR", DefaultValueFactory = _ => "pki" };

    private static Option<bool> Force() => new("--force") { Description = "Overwrite what is there" };

    private static string? FaultOfName(string name)
    {
        if (name.Length is 0 or > LongestName) return $"must have 1 to {LongestName} characters, had {name.Length}";
        // A site's name becomes a file's name and a part of a URI.
        return name.All(one => char.IsAsciiLetterOrDigit(one) || one is '-' or '_' or '.') && name[0] != '.' ? null : $"must be letters, digits, '-', '_' and '.', was '{name}'";
    }

    private static (string Cluster, PemPair Authority) ReadAuthority(string folder)
    {
        var certificate = ReadAuthorityFile(folder, ".crt");
        var key = ReadAuthorityFile(folder, ".key");
        const string label = "cluster: ";
        var line = certificate.AsSpan()[..Math.Max(0, certificate.IndexOf('\n', StringComparison.Ordinal))];
        if (!line.StartsWith(label, StringComparison.Ordinal)) throw new IOException($"{Path.Combine(folder, AuthorityName + ".crt")} was not made by 'pki init': its first line must be '{label}NAME'");
        return (line[label.Length..].Trim().ToString(), new PemPair(certificate, key));
    }

    private static string ReadAuthorityFile(string folder, string ending)
    {
        var path = Path.Combine(folder, AuthorityName + ending);
        return File.Exists(path) ? File.ReadAllText(path) : throw new IOException($"there is no {path}: 'pointsman pki init --dir {folder}' makes an authority");
    }

    private static string[] Write(string folder, string name, PemPair pair, bool force)
    {
        Directory.CreateDirectory(folder);
        var certificate = Path.Combine(folder, name + ".crt");
        var key = Path.Combine(folder, name + ".key");
        foreach (var file in new[] { certificate, key })
        {
            if (File.Exists(file) && !force) throw new IOException($"{file} is there already; --force overwrites it");
        }

        WriteFile(key, pair.Key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        WriteFile(certificate, pair.Certificate, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        return [certificate, key];
    }

    /// <summary>Under another name first, with its mode from the start: nobody ever sees half a file, or a key that others may read.</summary>
    internal static void WriteFile(string path, string text, UnixFileMode mode)
    {
        var draft = path + ".new";
        File.Delete(draft);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = mode;
        using (var writer = new StreamWriter(new FileStream(draft, options))) writer.Write(text);
        File.Move(draft, path, overwrite: true);
    }

    private static int Written(Printer printer, Func<string[]> write) => Guarded(printer, _ =>
    {
        var files = write();
        var table = new Table("FILE");
        foreach (var file in files) table.Row(file);
        printer.Print(new JsonObject { ["files"] = new JsonArray([.. files.Select(file => JsonValue.Create(file))]) }, () => table);
        return ExitCode.Ok;
    });

    internal static int Guarded(Printer printer, Func<Printer, int> work)
    {
        try
        {
            return work(printer);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return printer.Fail(ExitCode.Failed, exception.Message);
        }
    }
}
