using Pointsman.Fuzz.Reference;

namespace Pointsman.Fuzz.Packets;

/// <summary>
/// Makes the packets of a campaign: octets by chance, sound queries for names of the world, sound ones that were damaged, and messages whose
/// every part may be what none should be. The kinds are weighted so that each branch of a server is met often.
/// </summary>
internal sealed class PacketMaker(Chance chance)
{
    private static readonly int[] s_types =
        [1, 1, 1, 1, 28, 28, 65, 65, 2, 5, 6, 12, 13, 15, 16, 16, 33, 35, 39, 43, 43, 44, 46, 47, 48, 52, 64, 99, 255, 255, 257, 256, 61, 65280, 10, 14, 17];
    private static readonly int[] s_odd = [0, 41, 128, 249, 250, 251, 252, 253, 254, 32768, 65535, 3, 4, 100];
    private readonly Packet _second = new();
    private static readonly string[] s_own = ["\u0002id\u0006server\0", "\u0008hostname\u0004bind\0", "\u0007version\u0006server\0", "\u0007version\u0004bind\0"];
    private readonly OptionMaker _options = new(chance);
    private ReferenceClient _client = new([0, 0, 0, 0], false, 0);
    private ReferenceCookies? _cookies;

    /// <summary>Fills <paramref name="packet"/> anew, for names out of <paramref name="names"/>, with cookies of this client's.</summary>
    public void Make(Packet packet, IReadOnlyList<string> names, ReferenceClient client, ReferenceCookies? cookies)
    {
        (_client, _cookies) = (client, cookies);
        var kind = chance.Below(100);
        if (kind < 4) Random(packet);
        else if (kind < 58) Sound(packet, names);
        else if (kind < 82)
        {
            Sound(packet, names);
            if (chance.Percent(10)) Sound(_second, names);
            Damage.Do(packet, _second, chance);
        }
        else Odd(packet, names);
    }

    private void Random(Packet packet)
    {
        packet.Length = 0;
        for (var length = chance.Percent(90) ? chance.Below(64) : chance.Below(1500); length > 0; length--) packet.Octet(chance.Octet());
        // Half of them get past the first looks.
        if (!chance.Percent(50) || packet.Length < 12) return;
        packet.Set(2, chance.Octet() & 1);
        packet.Set(4, 1);
        packet.Set(6, 0);
        packet.Set(8, chance.Below(2));
        packet.Set(10, chance.Below(3));
    }

    /// <summary>What a resolver sends.</summary>
    public void Sound(Packet packet, IReadOnlyList<string> names)
    {
        packet.Length = 0;
        packet.Number(chance.Octet() << 8 | chance.Octet());
        packet.Number((chance.Percent(50) ? 0x0100 : 0) | (chance.Percent(10) ? 0x0010 : 0) | (chance.Percent(10) ? 0x0020 : 0));
        // No question at all asks for a cookie alone; and some ask the server who it is.
        var (nothing, own) = (chance.Percent(1), chance.Percent(2));
        packet.Number(nothing ? 0 : 1);
        packet.Number(0);
        packet.Number(0);
        var edns = nothing || chance.Percent(75);
        packet.Number(edns ? 1 : 0);
        if (!nothing)
        {
            Name(packet, own ? chance.From(s_own) : chance.From(names));
            packet.Number(own ? chance.Of(16, 16, 255, 1) : chance.From(s_types));
            packet.Number(own ? 3 : 1);
        }
        if (!edns) return;
        packet.Octet(0);
        Opt(packet, version: 0, odd: false);
    }

    /// <summary>The letters in the case that chance gives (0x20); now and then below a name of its own.</summary>
    private void Name(Packet packet, string name)
    {
        var mixed = chance.Percent(50) ? chance.Next() : 0;
        var longest = chance.Percent(3);
        while (longest && name.Length < 255)
        {
            var label = new string('q', Math.Min(63, 254 - name.Length));
            if (label.Length == 0) break;
            name = ReferenceName.Child(label, name);
        }
        foreach (var octet in name)
        {
            packet.Octet(octet is >= 'a' and <= 'z' && (mixed & 1) != 0 ? octet - 32 : octet);
            mixed = (mixed >> 1) | (mixed << 63);
        }
    }

    /// <summary>An OPT record from its type on; the owner's name stands already.</summary>
    private void Opt(Packet packet, int version, bool odd)
    {
        packet.Number(41);
        packet.Number(chance.Of(512, 1232, 1232, 4096, 0, 511, 513, 700, 65535));
        packet.Octet(odd ? chance.Octet() : 0);
        packet.Octet(version);
        packet.Number((chance.Percent(50) ? 0x8000 : 0) | (odd ? chance.Below(0x8000) : 0));
        var length = packet.Length;
        packet.Number(0);
        for (var count = chance.Percent(50) ? 0 : chance.Percent(5) ? chance.Below(60) : chance.Between(1, 4); count > 0; count--) _options.Make(packet, odd, _client, _cookies);
        packet.Set(length, packet.Length - length - 2);
        if (odd && chance.Percent(15)) packet.Set(length, chance.Below(70));
    }

    /// <summary>A message in which any part may be odd: counts, several questions, OPT where none may be, transactions, records of updates.</summary>
    private void Odd(Packet packet, IReadOnlyList<string> names)
    {
        packet.Length = 0;
        packet.Number(chance.Octet() << 8 | chance.Octet());
        packet.Number(chance.Below(4) switch { 0 => chance.Octet() << 8 | chance.Octet(), 1 => chance.Below(16) << 11, 2 => 0x8000 >> chance.Below(16), _ => 0 });
        int[] counts = [chance.Percent(80) ? 1 : chance.Below(4), chance.Percent(85) ? 0 : chance.Below(3), chance.Percent(70) ? 0 : chance.Below(4), chance.Percent(30) ? 1 : chance.Below(5)];
        foreach (var count in counts) packet.Number(chance.Percent(3) ? chance.Octet() << 8 | chance.Octet() : count);
        for (var i = 0; i < counts[0]; i++)
        {
            OddName(packet, names);
            packet.Number(chance.Percent(50) ? chance.From(s_types) : chance.Percent(80) ? chance.From(s_odd) : chance.Octet() << 8 | chance.Octet());
            packet.Number(chance.Of(1, 1, 1, 1, 3, 4, 254, 255, 0, chance.Octet()));
        }
        for (var section = 1; section < 4; section++)
            for (var i = 0; i < counts[section]; i++) OddRecord(packet, names, section);
        if (chance.Percent(10)) packet.Length -= Math.Min(packet.Length, chance.Below(14));
        if (chance.Percent(8)) for (var i = chance.Below(12); i >= 0; i--) packet.Octet(chance.Octet());
    }

    private void OddName(Packet packet, IReadOnlyList<string> names)
    {
        switch (chance.Below(12))
        {
            case 0: packet.Number(0xC000 | chance.Below(Math.Max(1, packet.Length + 4))); break;
            case 1:
                packet.Text("\u0001z");
                packet.Number(0xC000 | 12);
                break;
            case 2:
                // Around the most that a name may have: 253 to 257 octets.
                for (var i = 0; i < 3; i++) packet.Text($"{(char)63}{new string('m', 63)}");
                var last = chance.Between(59, 63);
                packet.Text($"{(char)last}{new string('m', last)}\0");
                break;
            case 3:
                for (var i = chance.Between(120, 130); i > 0; i--) packet.Text("\u0001y");
                packet.Octet(0);
                break;
            case 4:
                packet.Octet(chance.Of(0x40, 0x41, 0x80, 0xBF));
                packet.Text("ab\0");
                break;
            default: Name(packet, chance.From(names)); break;
        }
    }

    private void OddRecord(Packet packet, IReadOnlyList<string> names, int section)
    {
        if (chance.Percent(section == 3 ? 65 : 15))
        {
            if (chance.Percent(90)) packet.Octet(0);
            else OddName(packet, names);
            Opt(packet, chance.Percent(75) ? 0 : chance.Octet(), odd: chance.Percent(50));
            return;
        }
        OddName(packet, names);
        packet.Number(chance.Of(250, 250, 24, 6, 1, 249, 41, 255));
        packet.Number(chance.Of(1, 255, 254, 0));
        packet.Number(0);
        packet.Number(chance.Octet());
        var length = packet.Length;
        packet.Number(0);
        for (var i = chance.Below(40); i > 0; i--) packet.Octet(chance.Octet());
        packet.Set(length, chance.Percent(85) ? packet.Length - length - 2 : chance.Below(300));
    }
}
