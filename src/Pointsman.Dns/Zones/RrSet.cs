using System.Buffers.Binary;
using System.Collections.Immutable;
using Pointsman.Dns.Wire;

namespace Pointsman.Dns.Zones;

/// <summary>RDATA with the names inside it that may be compressed (RFC 3597 §4: only those of the types of RFC 1035).</summary>
/// <param name="Octets">Uncompressed.</param>
/// <param name="Names">Position in <paramref name="Octets"/> and the name that stands there; ascending; empty for most types.</param>
public sealed record Rdata(byte[] Octets, ImmutableArray<(int Position, DomainName Name)> Names)
{
    public static Rdata Plain(ReadOnlySpan<byte> octets) => new(octets.ToArray(), []);

    public static Rdata OfName(DomainName name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return new(name.Wire.ToArray(), [(0, name)]);
    }
}

/// <summary>
/// All records of one owner and type, rendered: for each record <c>C0 0C | type | class | ttl | length | rdata</c>, one after another.
/// The pointer is right as it stands when the owner is the question, which is nearly always; else it is patched in the copy.
/// </summary>
/// <remarks>A later signature (RRSIG) is one more set beside this one; nothing here needs to change for it.</remarks>
public sealed class RrSet
{
    /// <summary>Octets before the RDATA of each record.</summary>
    internal const int HeaderLength = 12;

    private RrSet(DomainName owner, RrType type, uint ttl, byte[] octets, int[] starts, (int Position, DomainName Name)[] names)
    {
        Owner = owner;
        Type = type;
        Ttl = ttl;
        Octets = octets;
        Starts = starts;
        Names = names;
    }

    public DomainName Owner { get; }
    public RrType Type { get; }
    public uint Ttl { get; }
    public int Count => Starts.Length;

    internal byte[] Octets { get; }

    /// <summary>Where each record starts in <see cref="Octets"/>.</summary>
    internal int[] Starts { get; }

    /// <summary>Compressible names, by their position in <see cref="Octets"/>.</summary>
    internal (int Position, DomainName Name)[] Names { get; }

    internal static RrSet Render(DomainName owner, RrType type, uint ttl, IReadOnlyList<Rdata> records)
    {
        var octets = new byte[records.Sum(r => HeaderLength + r.Octets.Length)];
        var starts = new int[records.Count];
        var names = new List<(int, DomainName)>();
        var at = 0;
        for (var i = 0; i < records.Count; i++)
        {
            starts[i] = at;
            var header = octets.AsSpan(at, HeaderLength);
            BinaryPrimitives.WriteUInt16BigEndian(header, 0xC00C);
            BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)type);
            BinaryPrimitives.WriteUInt16BigEndian(header[4..], 1);
            BinaryPrimitives.WriteUInt32BigEndian(header[6..], ttl);
            BinaryPrimitives.WriteUInt16BigEndian(header[10..], (ushort)records[i].Octets.Length);
            at += HeaderLength;
            records[i].Octets.CopyTo(octets, at);
            foreach (var (position, name) in records[i].Names) names.Add((at + position, name));
            at += records[i].Octets.Length;
        }
        return new RrSet(owner, type, ttl, octets, starts, [.. names]);
    }

    /// <summary>The same records with another TTL (the SOA of a negative answer, RFC 2308 §5).</summary>
    internal RrSet WithTtl(uint ttl)
    {
        var octets = (byte[])Octets.Clone();
        foreach (var start in Starts) BinaryPrimitives.WriteUInt32BigEndian(octets.AsSpan(start + 6), ttl);
        return new RrSet(Owner, Type, ttl, octets, Starts, Names);
    }

    /// <summary>The RDATA of record <paramref name="index"/>, uncompressed.</summary>
    public ReadOnlySpan<byte> RdataOf(int index)
    {
        var start = Starts[index] + HeaderLength;
        var end = index + 1 < Starts.Length ? Starts[index + 1] : Octets.Length;
        return Octets.AsSpan(start, end - start);
    }

    /// <summary>The single name that an NS, CNAME, DNAME or PTR record holds.</summary>
    internal DomainName NameOf(int index)
    {
        foreach (var (position, name) in Names)
            if (position == Starts[index] + HeaderLength) return name;
        DomainName.TryFromWire(RdataOf(index), out var read);
        return read ?? DomainName.Root;
    }
}
