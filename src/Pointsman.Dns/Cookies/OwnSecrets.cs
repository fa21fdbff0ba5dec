using System.Security.Cryptography;

namespace Pointsman.Dns.Cookies;

/// <summary>
/// Where no secret is configured: one made at random at the start, and another at each <see cref="Rotate"/>; the one before still verifies.
/// Workers read <see cref="Current"/>, one thread rotates.
/// </summary>
internal sealed class OwnSecrets
{
    /// <summary>RFC 9018 §5 wants secrets changed; a cookie lives an hour, so that two secrets cover every one that is out.</summary>
    public static readonly TimeSpan RotateEvery = TimeSpan.FromDays(1);

    private SipKey _newest = Random();
    private CookieSecrets _current;

    public OwnSecrets() => _current = new CookieSecrets([_newest]);

    public CookieSecrets Current => Volatile.Read(ref _current);

    public void Rotate()
    {
        var previous = _newest;
        _newest = Random();
        Volatile.Write(ref _current, new CookieSecrets([_newest, previous]));
    }

    private static SipKey Random() => SipKey.From(RandomNumberGenerator.GetBytes(SipKey.Length));
}
