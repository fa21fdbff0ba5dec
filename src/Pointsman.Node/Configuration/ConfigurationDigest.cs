using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Pointsman.Node.Configuration;

/// <summary>
/// SHA-256 over what a configuration consists of [S23]: the sorted list of (what a file is for, SHA-256 of its content). Order of reading and
/// names of files do not matter; a secret enters by its hash alone, as everything does.
/// </summary>
internal sealed class ConfigurationDigest
{
    private readonly List<(string Role, byte[] Hash)> parts = [];

    /// <param name="hash">SHA-256 of the file's content.</param>
    public void Add(string role, byte[] hash) => parts.Add((role, hash));

    /// <summary>64 lower-case hex digits.</summary>
    public override string ToString()
    {
        using var whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[4];
        foreach (var (role, hash) in parts.OrderBy(part => part.Role, StringComparer.Ordinal).ThenBy(part => Convert.ToHexString(part.Hash), StringComparer.Ordinal))
        {
            var text = Encoding.UTF8.GetBytes(role);
            BinaryPrimitives.WriteInt32BigEndian(length, text.Length);
            whole.AppendData(length);
            whole.AppendData(text);
            whole.AppendData(hash);
        }
        return Convert.ToHexStringLower(whole.GetHashAndReset());
    }
}
