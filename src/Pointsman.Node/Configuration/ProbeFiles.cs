using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Pointsman.Node.Configuration.Shapes;

namespace Pointsman.Node.Configuration;

/// <summary>
/// The files that checks name, read while the configuration is: a probe reads none later, so that what was checked is what runs. Part of
/// the digest, under the place that names them [S23].
/// </summary>
internal sealed class ProbeFiles(NamedFiles files, Findings findings)
{
    // A distribution's whole bundle takes some 250 KiB.
    private const long MostAuthorityBytes = 2 * 1024 * 1024;

    /// <summary>The certificates of authorities, as PEM text; null with an error when there are none in the file.</summary>
    public string? ReadAuthority(Written<string>? named)
    {
        if (named is not { } file || files.Read(file.Path, file, MostAuthorityBytes) is not { } bytes) return null;
        var text = Encoding.UTF8.GetString(bytes);
        try
        {
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPem(text);
            if (certificates.Count > 0) return text;
            findings.Error(file.Mark, file.Path, $"'{file.Value}' must hold certificates in PEM form, has none");
        }
        catch (CryptographicException broken)
        {
            findings.Error(file.Mark, file.Path, $"'{file.Value}' must hold certificates in PEM form: {broken.Message}");
        }
        return null;
    }
}
