using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Pointsman.Dns.Dynamic;

namespace Pointsman.Dns.Wire;

/// <summary>The EDNS Client Subnet option of a query (RFC 7871 §6), kept so that the answer can echo it exactly.</summary>
internal struct ClientSubnet
{
    public bool Present { get; private set; }
    public ushort Family { get; private set; }
    public byte SourcePrefixLength { get; private set; }
    private UInt128 _bits;

    /// <summary>Octets of the option in an answer, its code and length included; 0 when it is absent (RFC 7871 §7.2.1: only in reply to one).</summary>
    public readonly int EncodedLength => Present ? 8 + AddressLength : 0;

    private readonly int AddressLength => (SourcePrefixLength + 7) / 8;

    /// <summary>False when it is malformed: the answer is then FORMERR (RFC 7871 §7.1.2).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryRead(ReadOnlySpan<byte> option)
    {
        if (option.Length < 4) return false;
        Family = BinaryPrimitives.ReadUInt16BigEndian(option);
        SourcePrefixLength = option[2];
        // RFC 7871 §6: SCOPE PREFIX-LENGTH is zero in a query; the address has just the octets that the prefix needs; bits past it are zero.
        if (option[3] != 0 || option.Length != 4 + AddressLength) return false;
        // FAMILY 0 with nothing in it is how some clients spell "do not use my address".
        var width = Family switch { 0 => 0, 1 => 32, 2 => 128, _ => -1 };
        if (SourcePrefixLength > width) return false;
        if (!TryReadAddress(option[4..])) return false;
        Present = true;
        return true;
    }

    /// <summary>IPv4, which is nearly all there is, without the 128-bit arithmetic.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryReadAddress(ReadOnlySpan<byte> address)
    {
        if (address.Length <= 4)
        {
            uint bits = 0;
            for (var i = 0; i < address.Length; i++) bits |= (uint)address[i] << (24 - (i * 8));
            _bits = (UInt128)bits << 96;
            return SourcePrefixLength >= 32 || bits << SourcePrefixLength == 0;
        }
        Span<byte> padded = stackalloc byte[16];
        padded.Clear();
        address.CopyTo(padded);
        _bits = BinaryPrimitives.ReadUInt128BigEndian(padded);
        return SourcePrefixLength >= 128 || _bits << SourcePrefixLength == 0;
    }

    /// <summary>The user's prefix; false when the client asked that none be used (RFC 7871 §7.1.2: SOURCE PREFIX-LENGTH 0).</summary>
    public readonly bool TryGetClient(out ClientAddress client)
    {
        client = default;
        if (!Present || SourcePrefixLength == 0) return false;
        client = new ClientAddress(Family == 2, Family == 2 ? _bits : _bits >> 96, SourcePrefixLength);
        return true;
    }

    /// <summary>Writes the option's value with the query's own FAMILY, SOURCE PREFIX-LENGTH and ADDRESS.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void WriteValue(Span<byte> target, byte scope)
    {
        BinaryPrimitives.WriteUInt16BigEndian(target, Family);
        target[2] = SourcePrefixLength;
        // RFC 7871 §7.2.1: with SOURCE PREFIX-LENGTH 0 nothing was tailored to the option, so the scope is 0.
        target[3] = SourcePrefixLength == 0 ? (byte)0 : Math.Min(scope, Family == 2 ? (byte)128 : (byte)32);
        Span<byte> padded = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(padded, _bits);
        padded[..AddressLength].CopyTo(target[4..]);
    }
}
