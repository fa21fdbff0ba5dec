using System.Text;

namespace Pointsman.EndToEnd.Dns.Peers;

/// <summary>Names as octets, for queries that the tests make and for names in answers. Written apart from the product's own reader.</summary>
internal static class WireName
{
    /// <summary>From text without escapes.</summary>
    public static byte[] Parse(string text)
    {
        var wire = new List<byte>();
        foreach (var label in text.Split('.', StringSplitOptions.RemoveEmptyEntries)) wire.AddRange([(byte)label.Length, .. Encoding.Latin1.GetBytes(label)]);
        return [.. wire, 0];
    }

    /// <summary>Reads the name at <paramref name="at"/>, following pointers, each of which must point before itself.</summary>
    public static byte[] Read(ReadOnlySpan<byte> message, ref int at)
    {
        var wire = new List<byte>();
        var (position, end) = (at, -1);
        while (true)
        {
            if (position >= message.Length || wire.Count > 255) throw new FormatException("a name that does not end");
            int length = message[position];
            if (length >= 0xC0)
            {
                if (end < 0) end = position + 2;
                var target = ((length & 0x3F) << 8) | message[position + 1];
                if (target >= position) throw new FormatException("a pointer that does not point back");
                position = target;
                continue;
            }
            wire.AddRange(message.Slice(position, length + 1));
            position += length + 1;
            if (length == 0) break;
        }
        at = end < 0 ? position : end;
        return [.. wire];
    }

    /// <summary>Lower case and printable, for comparing: servers differ in whose letters they give back.</summary>
    public static string Show(ReadOnlySpan<byte> wire)
    {
        var text = new StringBuilder();
        for (var at = 0; wire[at] != 0; at += wire[at] + 1)
        {
            foreach (var octet in wire.Slice(at + 1, wire[at]))
            {
                if (octet is > 0x20 and < 0x7F and not (byte)'.') text.Append(char.ToLowerInvariant((char)octet));
                else text.Append('\\').Append(octet.ToString("D3", System.Globalization.CultureInfo.InvariantCulture));
            }
            text.Append('.');
        }
        return text.Length == 0 ? "." : text.ToString();
    }
}
