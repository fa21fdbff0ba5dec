using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Unicode;
using Pointsman.Model.Probes;
using Pointsman.Node.Configuration.Keys.Probes;
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

    // More than any server takes; a line of any of the protocols has room for it.
    private const int MostPasswordBytes = 256;

    /// <summary>
    /// A password, from a file or from the environment of this node; null with an error when there is none, or none that goes on a line. What
    /// was found is never part of an error.
    /// </summary>
    public Secret? ReadPassword(WrittenPassword written)
    {
        if (written.Variable is { } variable)
        {
            if (files.Variable(variable.Value) is { } value) return Judge(variable, $"the environment variable {variable.Value}", Encoding.UTF8.GetBytes(value));
            findings.Error(variable.Mark, variable.Path, $"the environment variable {variable.Value} is not set");
            return null;
        }

        if (written.File is not { } file || files.ReadPassword(file.Path, file, MostPasswordBytes + 2) is not { } bytes) return null;
        if (files.ModeOf(file) is { } mode && mode.HasFlag(UnixFileMode.OtherRead))
            findings.Warning(file.Mark, file.Path, $"'{file.Value}' may be read by everyone on this machine: chmod o-r");
        return Judge(file, $"'{file.Value}'", bytes);
    }

    private Secret? Judge(Written<string> at, string what, ReadOnlySpan<byte> found)
    {
        // One line's end is what an editor or echo writes; a second one is somebody's mistake, and would end the command that carries it.
        if (found.EndsWith("\n"u8)) found = found[..^1];
        if (found.EndsWith("\r"u8)) found = found[..^1];
        var problem =
            found.IsEmpty ? "holds no password: it is empty"
            : found.Length > MostPasswordBytes ? FormattableString.Invariant($"must hold at most {MostPasswordBytes} bytes")
            : found.IndexOfAny("\r\n\0"u8) >= 0 ? "must hold the password alone, on one line: it has a line break or NUL in it"
            : !Utf8.IsValid(found) ? "must hold text in UTF-8"
            : null;
        if (problem is null) return new Secret(Encoding.UTF8.GetString(found));
        findings.Error(at.Mark, at.Path, $"{what} {problem}");
        return null;
    }

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
