namespace Pointsman.Fuzz.Packets;

/// <summary>What happens to packets on bad lines and in the hands of others: flips, cuts, insertions, lengths and pointers set wrong, two joined.</summary>
internal static class Damage
{
    public static void Do(Packet packet, Packet other, Chance chance)
    {
        for (var times = chance.Percent(70) ? 1 : chance.Between(2, 6); times > 0; times--) Once(packet, other, chance);
    }

    private static void Once(Packet packet, Packet other, Chance chance)
    {
        if (packet.Length == 0) return;
        var at = chance.Below(packet.Length);
        switch (chance.Below(11))
        {
            case 0: packet.Octets[at] ^= (byte)(1 << chance.Below(8)); break;
            case 1: packet.Octets[at] = chance.Octet(); break;
            case 2: packet.Octets[at] = chance.Of<byte>(0, 1, 63, 64, 0x7F, 0x80, 0xBF, 0xC0, 0xC1, 0xFF); break;
            case 3: packet.Length = at; break;
            case 4: for (var i = chance.Between(1, 20); i > 0; i--) packet.Octet(chance.Percent(50) ? 0 : chance.Octet()); break;
            case 5: packet.Set(at, chance.Of(0, 1, packet.Length, packet.Length - at, 0xFFFF, chance.Below(64))); break;
            case 6: packet.Set(at, 0xC000 | chance.Below(packet.Length + 2)); break;
            case 7: // A stretch doubled.
                for (var (from, count) = (at, chance.Between(1, 40)); count > 0 && from < packet.Length; count--) packet.Octet(packet.Octets[from++]);
                break;
            case 8: // A stretch taken out.
                var cut = Math.Min(packet.Length - at, chance.Between(1, 12));
                packet.Octets.AsSpan(at + cut, packet.Length - at - cut).CopyTo(packet.Octets.AsSpan(at));
                packet.Length -= cut;
                break;
            case 9: // The end of another packet.
                var from2 = chance.Below(other.Length + 1);
                packet.Length = at;
                for (var i = from2; i < other.Length; i++) packet.Octet(other.Octets[i]);
                break;
            default: packet.Set(4 + (2 * chance.Below(4)), chance.Of(0, 1, 2, 3, 255, 0xFFFF)); break;
        }
    }
}
