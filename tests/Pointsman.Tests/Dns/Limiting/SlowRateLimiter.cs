using System.Net;
using System.Numerics;
using Pointsman.Dns.Dynamic;
using Pointsman.Dns.Limiting;
using Pointsman.Dns.Wire;

namespace Pointsman.Tests.Dns.Limiting;

/// <summary>
/// The same rules said in another way: an account for each key, in a dictionary that forgets nothing. A second pays in the rate, a response costs
/// one; the account holds one second's pay at most, and takes no charge that would make it owe more than the window's. Who cannot pay is limited.
/// </summary>
internal sealed class SlowRateLimiter(RateLimits limits)
{
    private sealed class Account
    {
        public BigInteger Balance;
        public long LastNanos;
        public int Limited;
        public bool Over;
    }

    private readonly Dictionary<string, Account> _accounts = [];

    public LimitVerdict Judge(ClientAddress source, LimitKind kind, uint name, RrType type, long nowMicros)
    {
        var address = source.ToIPAddress();
        if (IPAddress.IsLoopback(address) || limits.Exempt.Any(block => block.Contains(address))) return LimitVerdict.Pass;
        var prefix = new IPNetwork(Masked(address, source.IsIPv6 ? limits.IPv6Prefix : limits.IPv4Prefix), source.IsIPv6 ? limits.IPv6Prefix : limits.IPv4Prefix);
        var what = kind switch { LimitKind.Error => "", LimitKind.Answer => $"{name} {type}", _ => $"{name}" };
        var own = Charge($"{prefix} {kind} {what}", limits.Of(kind), nowMicros * 1000);
        var all = Charge($"{prefix} all", limits.AllPerSecond, nowMicros * 1000);
        var over = own is { Over: true } ? own : all is { Over: true } ? all : null;
        if (over is null) return LimitVerdict.Pass;
        over.Limited++;
        return limits.LogOnly ? LimitVerdict.Pass : limits.Slip > 0 && over.Limited % limits.Slip == 0 ? LimitVerdict.Slip : LimitVerdict.Drop;
    }

    private Account? Charge(string key, int rate, long nowNanos)
    {
        if (rate == 0) return null;
        BigInteger second = 1_000_000_000;
        if (!_accounts.TryGetValue(key, out var account)) _accounts[key] = account = new Account { Balance = rate * second, LastNanos = nowNanos };
        var before = BigInteger.Min(account.Balance + (rate * (BigInteger)(nowNanos - account.LastNanos)), rate * second);
        account.Over = before < second;
        account.Balance = before - second >= -(int)limits.Window.TotalSeconds * rate * second ? before - second : before;
        account.LastNanos = nowNanos;
        return account;
    }

    private static IPAddress Masked(IPAddress address, int length)
    {
        var octets = address.GetAddressBytes();
        for (var bit = length; bit < octets.Length * 8; bit++) octets[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        return new IPAddress(octets);
    }
}
