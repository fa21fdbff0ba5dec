using Pointsman.Dns.Wire;

namespace Pointsman.Dns.MasterFiles;

/// <summary>Whether octets are RDATA of a known layout: generic form can say anything, and what answers trust (the names of NS and CNAME, the length of SOA) must be there.</summary>
internal static class RdataCheck
{
    /// <summary>Adds the compressible names to <paramref name="names"/>: an alias written so leads on like any other, and its target is compressed alike.</summary>
    public static bool Fits(RdataField[] layout, ReadOnlySpan<byte> octets, List<(int Position, DomainName Name)> names)
    {
        var whole = octets.Length;
        foreach (var field in layout)
        {
            var length = LengthOf(field, octets);
            if (length < 0 || length > octets.Length) return false;
            if (field == RdataField.Name && DomainName.TryFromWire(octets[..length], out var name)) names.Add((whole - octets.Length, name));
            octets = octets[length..];
        }
        return octets.IsEmpty;
    }

    /// <summary>Octets that the field takes from the start of <paramref name="octets"/>; -1 = it cannot stand there.</summary>
    private static int LengthOf(RdataField field, ReadOnlySpan<byte> octets) => field switch
    {
        RdataField.Name or RdataField.PlainName => NameLength(octets),
        RdataField.Octet or RdataField.Algorithm or RdataField.Scheme => 1,
        RdataField.Number16 or RdataField.Type or RdataField.CertificateType => 2,
        RdataField.Number32 or RdataField.Period or RdataField.Time or RdataField.IPv4 => 4,
        RdataField.Eui48 => 6,
        RdataField.Eui64 or RdataField.Locator or RdataField.Number64 => 8,
        RdataField.IPv6 or RdataField.Location => 16,
        RdataField.Text or RdataField.Salt => octets.IsEmpty ? -1 : octets[0] + 1,
        RdataField.Tag or RdataField.Hash => octets.IsEmpty || octets[0] == 0 ? -1 : octets[0] + 1,
        RdataField.OptionalText => octets.IsEmpty ? 0 : octets[0] + 1,
        RdataField.Texts => TextsLength(octets),
        RdataField.Types => TypeBitmap.Fits(octets) ? octets.Length : -1,
        RdataField.SvcParameters => ParametersFit(octets) ? octets.Length : -1,
        RdataField.AddressPrefixes => AddressPrefixText.Fits(octets) ? octets.Length : -1,
        RdataField.Gateway => octets.Length < 2 ? -1 : PlaceLength(2, octets[0], octets),
        RdataField.Relay => octets.IsEmpty ? -1 : PlaceLength(1, octets[0] & 0x7F, octets),
        RdataField.HostIdentity => HostIdentityFits(octets) ? octets.Length : -1,
        RdataField.LongText or RdataField.Hex or RdataField.Base64 or RdataField.OptionalBase64 or RdataField.Nsap => octets.Length,
        _ => -1,
    };

    internal static int NameLength(ReadOnlySpan<byte> octets)
    {
        for (var at = 0; at < octets.Length && at < NameView.MaxLength; at += octets[at] + 1)
        {
            if (octets[at] == 0) return at + 1;
            if (octets[at] > 63) return -1;
        }
        return -1;
    }

    private static int TextsLength(ReadOnlySpan<byte> octets)
    {
        var at = 0;
        while (at < octets.Length) at += octets[at] + 1;
        return at == octets.Length && at > 0 ? at : -1;
    }

    private static bool ParametersFit(ReadOnlySpan<byte> octets)
    {
        var last = -1;
        while (!octets.IsEmpty)
        {
            if (octets.Length < 4) return false;
            var key = (octets[0] << 8) | octets[1];
            var length = (octets[2] << 8) | octets[3];
            if (key <= last || octets.Length < 4 + length) return false;
            last = key;
            octets = octets[(4 + length)..];
        }
        return true;
    }

    private static int PlaceLength(int before, int kind, ReadOnlySpan<byte> octets)
    {
        var length = GatewayText.LengthOf(kind, octets[before..]);
        return length < 0 ? -1 : before + length;
    }

    private static bool HostIdentityFits(ReadOnlySpan<byte> octets)
    {
        if (octets.Length < 4 || octets[0] == 0) return false;
        var servers = 4 + octets[0] + ((octets[2] << 8) | octets[3]);
        if (servers > octets.Length) return false;
        // Each turn takes a name of at least one octet.
        while (servers < octets.Length)
        {
            var length = NameLength(octets[servers..]);
            if (length < 0) return false;
            servers += length;
        }
        return true;
    }
}
