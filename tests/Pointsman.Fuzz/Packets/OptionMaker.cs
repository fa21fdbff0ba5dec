using Pointsman.Fuzz.Reference;

namespace Pointsman.Fuzz.Packets;

/// <summary>EDNS options of every kind, and on request of none: lengths that do not fit, subnets with bits where none may be.</summary>
internal sealed class OptionMaker(Chance chance)
{
    /// <summary>Ages of server cookies: around each bound that RFC 9018 §4.3 gives.</summary>
    private static readonly int[] s_ages = [0, 0, 100, 1799, 1800, 1801, 3599, 3600, 3601, -1, -299, -300, -301, 100_000];

    private const int NameServerId = 3, Subnet = 8, Expire = 9, Cookie = 10, Keepalive = 11, Padding = 12, Chain = 13, ExtendedError = 15;

    public void Make(Packet packet, bool odd, ReferenceClient client, ReferenceCookies? cookies)
    {
        var code = chance.Of(NameServerId, Subnet, Subnet, Subnet, Subnet, Expire, Cookie, Cookie, Keepalive, Padding, Chain, ExtendedError, 5, 65001, chance.Octet() << 8 | chance.Octet());
        packet.Number(code);
        var length = packet.Length;
        packet.Number(0);
        switch (code)
        {
            case Subnet: WriteSubnet(packet, odd); break;
            case Cookie when cookies is not null && chance.Percent(60): WriteCookie(packet, client, cookies); break;
            case Cookie: Fill(packet, odd ? chance.Of(0, 1, 7, 8, 9, 15, 16, 24, 32, 40, 41) : chance.Of(8, 24)); break;
            case Padding: packet.Text(new string('\0', chance.Percent(5) ? chance.Below(900) : chance.Below(64))); break;
            case NameServerId or Expire or Keepalive: Fill(packet, odd ? chance.Below(5) : 0); break;
            default: Fill(packet, chance.Below(12)); break;
        }
        packet.Set(length, packet.Length - length - 2);
        if (odd && chance.Percent(10)) packet.Set(length, chance.Below(40));
    }

    /// <summary>Of this client or, rarely, of another one; by the first secret or by the one before.</summary>
    private void WriteCookie(Packet packet, ReferenceClient client, ReferenceCookies cookies)
    {
        byte[] own = [.. Enumerable.Range(0, 8).Select(_ => chance.Octet())];
        var address = (byte[])client.Address.Clone();
        if (chance.Percent(10)) address[^1] ^= 1;
        foreach (var octet in cookies.Make(own, address, client.WallSeconds - (uint)chance.From(s_ages), chance.Below(2))) packet.Octet(octet);
    }

    private void Fill(Packet packet, int count)
    {
        for (; count > 0; count--) packet.Octet(chance.Octet());
    }

    private void WriteSubnet(Packet packet, bool odd)
    {
        var broken = odd && chance.Percent(50);
        var family = broken && chance.Percent(30) ? chance.Of(0, 3, 256, 65535) : chance.Of(1, 1, 1, 2, 2, 0);
        var most = family switch { 0 => 0, 1 => 32, _ => 128 };
        var source = broken && chance.Percent(30) ? chance.Octet() : family == 1 ? chance.Of(24, 24, 32, 0, chance.Below(33)) : family == 2 ? chance.Of(56, 48, 0, 128, chance.Below(129)) : 0;
        packet.Number(family);
        packet.Octet(source);
        packet.Octet(broken && chance.Percent(30) ? chance.Octet() : 0);
        var octets = (Math.Min(source, most) + 7) / 8;
        if (broken && chance.Percent(30)) octets = Math.Max(0, octets + chance.Between(-2, 2));
        for (var i = 0; i < octets; i++)
        {
            var kept = broken && chance.Percent(30) ? 8 : Math.Clamp(source - (8 * i), 0, 8);
            packet.Octet(chance.Octet() & (0xFF00 >> kept));
        }
    }
}
