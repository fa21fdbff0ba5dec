namespace Pointsman.Fuzz.Packets;

/// <summary>Octets being made: a buffer that is used again and again, and how much of it is filled.</summary>
internal sealed class Packet
{
    /// <summary>The largest message that TCP carries.</summary>
    public const int MostOctets = 65535;

    public byte[] Octets { get; } = new byte[MostOctets];
    public int Length { get; set; }

    public void Octet(int value)
    {
        if (Length < MostOctets) Octets[Length++] = (byte)value;
    }

    public void Number(int value)
    {
        Octet(value >> 8);
        Octet(value);
    }

    public void Text(string octets)
    {
        foreach (var octet in octets) Octet(octet);
    }

    /// <summary>Sets two octets that are already there.</summary>
    public void Set(int at, int value)
    {
        if (at < 0 || at + 2 > Length) return;
        (Octets[at], Octets[at + 1]) = ((byte)(value >> 8), (byte)value);
    }
}
