using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Pointsman.Node.Configuration.Keys;
using Pointsman.Node.Configuration.Shapes;

namespace Pointsman.Node.Configuration;

/// <summary>
/// The files that a configuration names, read once, and the digest over all of them [S23]. Keys and certificates are not among them: they
/// differ by node, and the digest must not. How the files are named does not enter the digest either, only what each is for.
/// </summary>
/// <param name="mainPath">The main file as the operator named it.</param>
internal sealed class NamedFiles(string mainPath, IFileSource files, Findings findings)
{
    private const long MaxSecretBytes = 4096;
    private const int MinSecretBytes = 16;

    // Geography tables are the largest: a world table of 500,000 rows takes some 30 MB.
    public const long MaxTableBytes = 512L * 1024 * 1024;

    // Some 20 ms each: nothing to a load, and a year of one core for fifty thousand million guesses.
    private const int PasswordRounds = 100_000;

    private readonly ConfigurationDigest digest = new();
    private readonly List<string> read = [];
    private readonly List<ReadFile> covered = [];

    /// <summary>Absolute paths, in the order read.</summary>
    public ImmutableArray<string> All => [.. read];

    /// <summary>Of the files read so far.</summary>
    public string Digest => digest.ToString();

    private readonly string folder = Path.GetDirectoryName(Path.GetFullPath(mainPath)) ?? "/";

    /// <summary>Absolute, from the main file's folder.</summary>
    public string Resolve(string path) => Path.GetFullPath(path, folder);

    /// <summary>As the operator would name it: beside the main file as that was named, else absolute.</summary>
    public string Show(string path)
    {
        var inside = Path.GetRelativePath(folder, path);
        return inside.StartsWith("..", StringComparison.Ordinal) || Path.IsPathRooted(inside) ? path : Path.Combine(Path.GetDirectoryName(mainPath) ?? "", inside);
    }

    /// <summary>Adds a file to the digest as what it is for, such as <c>zone example.com</c>.</summary>
    public void Cover(string role, string path, ReadOnlySpan<byte> content) => Cover(new ReadFile(role, path, SHA256.HashData(content)));

    private void Cover(ReadFile file)
    {
        if (!read.Contains(file.Path)) read.Add(file.Path);
        covered.Add(file);
        digest.Add(file.Role, file.Hash);
    }

    /// <summary>The files covered for one of the roles.</summary>
    public ImmutableArray<ReadFile> CoveredFor(IReadOnlyCollection<string> roles) => [.. covered.Where(file => roles.Contains(file.Role))];

    /// <summary>True when every file still holds what it held when it was read: then they are covered, and what was made of them stays good.</summary>
    public bool TryCoverUnchanged(ImmutableArray<ReadFile> known)
    {
        foreach (var file in known)
            if (files.Hash(file.Path, MaxTableBytes) is not { } hash || !hash.AsSpan().SequenceEqual(file.Hash)) return false;
        foreach (var file in known) Cover(file);
        return true;
    }

    /// <summary>The bytes of one named file, or null with an error at the place that names it.</summary>
    /// <param name="role">What it is for; null = nodes may differ in it, so that it is no part of the digest.</param>
    public byte[]? Read(string? role, Written<string> named, long maxBytes = MaxTableBytes)
    {
        var path = Resolve(named.Value);
        var got = files.Read(path, maxBytes);
        if (got.Bytes is null)
        {
            findings.Error(named.Mark, named.Path, $"'{named.Value}': {got.Problem} ({path})");
            return null;
        }
        if (role is not null) Cover(role, path, got.Bytes);
        else if (!read.Contains(path)) read.Add(path);
        return got.Bytes;
    }

    /// <summary>
    /// A file with a password. Guessed passwords could be tried against a digest that had it as it is, by whoever knows the rest of
    /// the configuration: in it goes what is slow to compute from it.
    /// </summary>
    /// <param name="role">What it is for.</param>
    public byte[]? ReadPassword(string role, Written<string> named, long maxBytes)
    {
        if (Read(null, named, maxBytes) is not { } bytes) return null;
        digest.Add(role, Rfc2898DeriveBytes.Pbkdf2(bytes, SHA256.HashData(Encoding.UTF8.GetBytes(role)), PasswordRounds, HashAlgorithmName.SHA256, SHA256.HashSizeInBytes));
        return bytes;
    }

    /// <summary>Who may read a named file; null where that cannot be told.</summary>
    public UnixFileMode? ModeOf(Written<string> named) => files.Mode(Resolve(named.Value));

    public string? Variable(string name) => files.Variable(name);

    /// <summary>The secrets of server cookies. A site's nodes share them, sites need not.</summary>
    public ImmutableArray<ImmutableArray<byte>> ReadCookieSecrets(ImmutableArray<Written<string>> named)
    {
        var secrets = ImmutableArray.CreateBuilder<ImmutableArray<byte>>();
        foreach (var one in named)
        {
            if (Read(null, one, CookieSecretFile.MaxBytes) is not { } bytes) continue;
            if (CookieSecretFile.Read(bytes, out var problem) is { } secret) secrets.Add(secret);
            else findings.Error(one.Mark, one.Path, $"'{one.Value}' {problem}");
        }
        return secrets.ToImmutable();
    }

    /// <summary>The keys of hop tokens. White space at the end is no part of one, so that <c>echo</c> and an editor may write it.</summary>
    public ImmutableArray<ImmutableArray<byte>> ReadSecrets(WrittenCluster cluster)
    {
        var keys = ImmutableArray.CreateBuilder<ImmutableArray<byte>>();
        for (var i = 0; i < cluster.Secrets.Length; i++)
        {
            var named = cluster.Secrets[i];
            if (Read(FormattableString.Invariant($"secret {i}"), named, MaxSecretBytes) is not { } bytes) continue;
            var key = bytes.AsSpan().TrimEnd(" \t\r\n"u8);
            if (key.Length < MinSecretBytes)
                findings.Error(named.Mark, named.Path, FormattableString.Invariant($"'{named.Value}' must hold at least {MinSecretBytes} bytes, has {key.Length}"));
            else
                keys.Add([.. key]);
        }
        return keys.ToImmutable();
    }
}
