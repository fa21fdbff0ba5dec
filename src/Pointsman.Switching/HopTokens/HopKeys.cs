using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Pointsman.Switching.HopTokens;

/// <summary>
/// The cluster's secret, as keys for hop tokens: the first one signs, every one is accepted. Two at once while the secret is being
/// changed: add the new one second everywhere, then put it first everywhere, then take the old one out.
/// </summary>
public sealed class HopKeys
{
    // More than two would only mean that a rotation was never finished; each costs one MAC for every wrong token.
    private const int Most = 2;

    private readonly ImmutableArray<byte[]> _secrets;

    /// <param name="secrets">One or two secrets, each at least 16 bytes.</param>
    /// <exception cref="ArgumentException">None, more than two, or one that is too short to be a secret.</exception>
    public HopKeys(params IEnumerable<ReadOnlyMemory<byte>> secrets)
    {
        _secrets = [.. secrets.Select(secret => secret.ToArray())];
        if (_secrets.Length is 0 or > Most) throw new ArgumentException($"expected one or two secrets, was {_secrets.Length}", nameof(secrets));
        if (_secrets.Any(secret => secret.Length < 16)) throw new ArgumentException("a secret must have at least 16 bytes", nameof(secrets));
    }

    /// <summary>A secret of this process alone: for one node without a cluster, and for tests.</summary>
    public static HopKeys Ephemeral() => new(RandomNumberGenerator.GetBytes(32));

    internal int Count => _secrets.Length;
    internal ReadOnlySpan<byte> this[int index] => _secrets[index];
}
