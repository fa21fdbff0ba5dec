using System.Net;
using Pointsman.Dns.Limiting;

namespace Pointsman.Fuzz.Reference;

/// <summary>What a rate makes of a response; <see cref="Any"/> = the ledger cannot tell.</summary>
internal enum RateVerdict { Pass, Drop, Slip, Any }

/// <summary>
/// Rates kept the slow way: an account for each network, paid by the second, that forgets nothing. Where only the rate of everything is set it knows
/// each verdict. Where each kind has its own, and each name of a kind, it holds all against the smallest rate at once: a network within that
/// must never be limited.
/// </summary>
internal sealed class ReferenceLedger(RateLimits limits)
{
    private const long Second = 1_000_000;

    private sealed class Account
    {
        /// <summary>In responses times <see cref="Second"/>.</summary>
        public long Balance;
        public long LastMicros;
        public int Limited;
    }

    private readonly Dictionary<string, Account> _accounts = [];

    private long Rate => limits.AllPerSecond > 0
        ? limits.AllPerSecond
        : Math.Min(Math.Min(limits.ResponsesPerSecond, limits.ErrorsPerSecond), Math.Min(limits.NegativesPerSecond, limits.ReferralsPerSecond));

    public RateVerdict Judge(byte[] address, long nowMicros)
    {
        if (limits.Exempt.Any(block => block.Contains(new IPAddress(address)))) return RateVerdict.Pass;
        var network = NetworkOf(address, address.Length == 4 ? limits.IPv4Prefix : limits.IPv6Prefix);
        if (!_accounts.TryGetValue(network, out var account)) _accounts[network] = account = new Account { Balance = Rate * Second, LastMicros = nowMicros };
        var earned = Math.Min(Rate * Second, account.Balance + (Rate * (nowMicros - account.LastMicros)));
        account.LastMicros = nowMicros;
        // Nobody owes more than the window's pay: a charge that would go past it is not made. What only bounds others forgives nothing.
        var mostDebt = limits.AllPerSecond > 0 ? (long)limits.Window.TotalSeconds * Rate * Second : long.MaxValue;
        account.Balance = earned - Second >= -mostDebt ? earned - Second : earned;
        if (earned >= Second) return RateVerdict.Pass;
        if (limits.AllPerSecond == 0) return RateVerdict.Any;
        account.Limited++;
        if (limits.LogOnly) return RateVerdict.Pass;
        return limits.Slip > 0 && account.Limited % limits.Slip == 0 ? RateVerdict.Slip : RateVerdict.Drop;
    }

    private static string NetworkOf(byte[] address, int length)
    {
        var bits = string.Concat(address.Select(octet => Convert.ToString(octet, 2).PadLeft(8, '0')));
        return $"{address.Length}:{bits[..length]}";
    }
}
