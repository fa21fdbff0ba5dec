namespace Pointsman.Fuzz.Reference;

/// <summary>
/// What RDATA is made of, one letter a field: n = a name that may be compressed (RFC 3597 §4: the types of RFC 1035 alone), u = a name that
/// may not, 1 2 4 = so many octets, x = 16 of them, s = a character string, S = one or more of them, p = service parameters
/// (RFC 9460 §2.2), * = whatever is left.
/// </summary>
internal static class ReferenceRdata
{
    public static string Layout(int type) => type switch
    {
        1 => "4",
        2 or 3 or 4 or 5 or 7 or 8 or 9 or 12 => "n",
        6 => "nn44444",
        13 => "ss",
        14 => "nn",
        15 => "2n",
        16 or 99 => "S",
        17 => "uu",
        18 => "2u",
        28 => "x",
        33 => "222u",
        35 => "22sssu",
        39 => "u",
        43 or 59 => "211*",
        44 => "11*",
        52 or 53 => "111*",
        64 or 65 => "2up",
        256 => "22*",
        257 => "1s*",
        _ => "*",
    };

    /// <summary>
    /// Reads the RDATA between <paramref name="at"/> and <paramref name="end"/>, its names written out and lower-cased; null when it is not of its
    /// type's shape.
    /// </summary>
    public static string? Read(byte[] octets, int length, int at, int end, int type)
    {
        var layout = Layout(type);
        if (layout is "*" or "4" or "x")
            return (layout == "4" && end - at != 4) || (layout == "x" && end - at != 16) ? null : Take(octets, at, end);
        var text = "";
        foreach (var field in layout)
        {
            switch (field)
            {
                case 'n' or 'u':
                    var name = ReferenceMessage.ReadName(octets, length, ref at, pointers: field == 'n');
                    if (name is null) return null;
                    text += ReferenceName.Lower(name);
                    break;
                case 's' or 'S':
                    do
                    {
                        if (at >= end || at + 1 + octets[at] > end) return null;
                        text += Take(octets, at, at + 1 + octets[at]);
                        at += 1 + octets[at];
                    }
                    while (field == 'S' && at < end);
                    break;
                case 'p':
                    var last = -1;
                    while (at < end)
                    {
                        if (end - at < 4) return null;
                        var key = (octets[at] << 8) | octets[at + 1];
                        var size = 4 + ((octets[at + 2] << 8) | octets[at + 3]);
                        if (key <= last || at + size > end) return null;
                        last = key;
                        text += Take(octets, at, at + size);
                        at += size;
                    }
                    break;
                default:
                    var width = field == '*' ? end - at : field - '0';
                    if (at + width > end) return null;
                    text += Take(octets, at, at + width);
                    at += width;
                    break;
            }
        }
        return at == end ? text : null;
    }

    private static string Take(byte[] octets, int from, int to) => string.Create(to - from, (octets, from), static (target, source) =>
    {
        for (var i = 0; i < target.Length; i++) target[i] = (char)source.octets[source.from + i];
    });
}
