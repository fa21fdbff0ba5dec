using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Pointsman.Dssp.Pki;
using Pointsman.Node.Output;

namespace Pointsman.Node.Commands;

/// <summary><c>pki show</c> and <c>pki bundle</c>: what certificate files hold, and two authorities in one file, for the time in which both are believed.</summary>
internal static class PkiFiles
{
    private const string ClusterLabel = "cluster: ";

    // A bundle is two authorities, three on a bad day; a file of more is something else.
    private const int MostCertificates = 16;
    private const long MostBytes = 256 * 1024;

    public static Command Show()
    {
        var files = Files("The PEM files");
        var command = new Command("show", "Whose certificates are in these files, until when, and their fingerprints for dssp.revoked") { files, OutputOptions.Format };
        command.SetAction(result => PkiCommand.Guarded(Printer.For(result), printer =>
        {
            var found = result.GetRequiredValue(files).SelectMany(file => Read(file).Select(one => (File: file, Certificate: one))).ToList();
            var table = new Table("FILE", "OF", "ISSUED BY", "ENDS", "SHA-256");
            foreach (var (file, one) in found) table.Row(file, Of(one), one.GetNameInfo(X509NameType.SimpleName, forIssuer: true), Ends(one), Fingerprint(one));
            printer.Print(
                new JsonObject
                {
                    ["certificates"] = new JsonArray([.. found.Select(pair => new JsonObject
                    {
                        ["file"] = pair.File,
                        ["of"] = Of(pair.Certificate),
                        ["issuer"] = pair.Certificate.Issuer,
                        ["notBefore"] = pair.Certificate.NotBefore.ToUniversalTime(),
                        ["notAfter"] = pair.Certificate.NotAfter.ToUniversalTime(),
                        ["authority"] = IsAuthority(pair.Certificate),
                        ["fingerprint"] = Fingerprint(pair.Certificate),
                    })]),
                },
                () => table);
            return ExitCode.Ok;
        }));
        return command.Examples("pointsman pki show pki/*.crt", "pointsman pki show -o json pki/paris.crt");
    }

    public static Command Bundle()
    {
        var files = Files("The authorities' certificates, as 'pki init' made them");
        var to = new Option<string>("--to") { Description = "The file to write", HelpName = "FILE", Required = true };
        var command = new Command("bundle", "Put several authorities into one file: nodes that have it as dssp.authority believe each of them") { files, to, OutputOptions.Format };
        command.SetAction(result => PkiCommand.Guarded(Printer.For(result), printer =>
        {
            var texts = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var file in result.GetRequiredValue(files))
            {
                foreach (var one in Read(file))
                {
                    if (!IsAuthority(one)) throw new IOException($"{file}: the certificate of {Of(one)} is no authority's");
                    texts[Fingerprint(one)] = $"{Of(one)}, until {Ends(one)}\n{one.ExportCertificatePem()}\n";
                }
            }

            var clusters = result.GetRequiredValue(files).SelectMany(file => File.ReadLines(file).Where(line => line.StartsWith(ClusterLabel, StringComparison.Ordinal))).Distinct(StringComparer.Ordinal).ToList();
            if (clusters.Count > 1) throw new IOException($"the authorities are of different clusters: {string.Join(" and ", clusters.Select(line => line[ClusterLabel.Length..].Trim()))}");
            var target = result.GetRequiredValue(to);
            PkiCommand.WriteFile(target, string.Concat(clusters.Select(line => line + "\n")) + string.Concat(texts.Values), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
            var table = new Table("FILE", "AUTHORITIES").Row(target, texts.Count.ToString(CultureInfo.InvariantCulture));
            printer.Print(new JsonObject { ["file"] = target, ["authorities"] = texts.Count }, () => table);
            return ExitCode.Ok;
        }));
        return command.Examples("pointsman pki bundle pki/authority.crt pki-new/authority.crt --to pki/both.crt");
    }

    private static Argument<string[]> Files(string description) => new("file") { Description = description, HelpName = "FILE", Arity = ArgumentArity.OneOrMore };

    private static X509Certificate2Collection Read(string file)
    {
        if (!File.Exists(file)) throw new IOException($"there is no file {file}");
        if (new FileInfo(file).Length > MostBytes) throw new IOException($"{file} is larger than any certificate file ({MostBytes / 1024} KB)");
        var found = new X509Certificate2Collection();
        found.ImportFromPemFile(file);
        if (found.Count is 0 or > MostCertificates) throw new IOException($"{file} must hold 1 to {MostCertificates} certificates (PEM), holds {found.Count}");
        return found;
    }

    private static bool IsAuthority(X509Certificate2 certificate) => certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(one => one.CertificateAuthority);

    /// <summary>Whom it names to the other sites, where it names one.</summary>
    private static string Of(X509Certificate2 certificate) => PeerName.Of(certificate) ?? certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);

    private static string Ends(X509Certificate2 certificate) => certificate.NotAfter.ToUniversalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + " UTC";

    private static string Fingerprint(X509Certificate2 certificate) => Convert.ToHexStringLower(certificate.GetCertHash(HashAlgorithmName.SHA256));
}
