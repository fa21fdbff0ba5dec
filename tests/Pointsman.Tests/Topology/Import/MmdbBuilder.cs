using System.Buffers.Binary;
using System.Text;
using Pointsman.Topology;

namespace Pointsman.Tests.Topology.Import;

/// <summary>
/// Writes a MaxMind DB from networks and what is said of them, by the format's specification and in the plainest way. Values: string, ushort, uint, ulong, double,
/// bool, <c>(string, object)[]</c> for a map, <c>object[]</c> for an array. A value's second appearance becomes a pointer, as writers in use do.
/// </summary>
internal sealed class MmdbBuilder(int recordBits = 24, bool isIPv6 = true, string type = "Test-Country")
{
    private const int Empty = -1;

    private readonly List<(int Left, int Right)> _nodes = [(Empty, Empty)];
    private readonly List<byte> _data = [];
    private readonly Dictionary<object, int> _offsets = [];
    private readonly Dictionary<string, int> _strings = [];

    /// <summary>What the metadata say in place of the truth.</summary>
    public Dictionary<string, object> Metadata { get; } = [];

    public bool Aliases { get; init; }

    /// <summary>Octets of nothing before the next record, so that its number needs the upper bits of a record of 28.</summary>
    public MmdbBuilder Skip(int octets)
    {
        _data.AddRange(new byte[octets]);
        return this;
    }

    /// <summary>Networks must be disjoint.</summary>
    public MmdbBuilder With(string prefix, object record)
    {
        if (!_offsets.TryGetValue(record, out var offset))
        {
            _offsets[record] = offset = _data.Count;
            Encode(record, _data);
        }
        Assert.True(Prefix.TryParse(prefix, out var network), prefix);
        // Leaves are kept as −2 − offset until the count of nodes is known.
        // An IPv4 address stands in the last 32 bits of a tree for both, and in the first of a tree for IPv4 alone.
        Insert(KeyOf(network) << (isIPv6 ? 0 : 96), network.Length + (network.IsIPv6 || !isIPv6 ? 0 : 96), -2 - offset);
        return this;
    }

    public byte[] Build()
    {
        if (Aliases) AddAliases();
        var file = new List<byte>();
        foreach (var (left, right) in _nodes) AddNode(file, Record(left), Record(right));
        file.AddRange(new byte[16]);
        file.AddRange(_data);
        file.AddRange([0xAB, 0xCD, 0xEF, .. "MaxMind.com"u8]);
        var metadata = new List<(string, object)>
        {
            ("node_count", (uint)_nodes.Count), ("record_size", (ushort)recordBits), ("ip_version", (ushort)(isIPv6 ? 6 : 4)), ("database_type", type),
            ("languages", new object[] { "en" }), ("binary_format_major_version", (ushort)2), ("binary_format_minor_version", (ushort)0), ("build_epoch", 1_750_000_000ul),
            ("description", new (string, object)[] { ("en", "made up for a test") }),
        };
        for (var index = 0; index < metadata.Count; index++)
            if (Metadata.TryGetValue(metadata[index].Item1, out var said)) metadata[index] = (metadata[index].Item1, said);
        Encode(metadata.ToArray(), file, mayPoint: false);
        return [.. file];
    }

    private void Insert(UInt128 key, int length, int leaf)
    {
        var node = 0;
        for (var bit = 0; bit < length; bit++)
        {
            var right = (key >> (127 - bit) & 1) != 0;
            if (bit == length - 1)
            {
                Set(node, right, leaf);
                return;
            }
            var next = right ? _nodes[node].Right : _nodes[node].Left;
            if (next < 0)
            {
                Assert.Equal(Empty, next);
                next = _nodes.Count;
                _nodes.Add((Empty, Empty));
                Set(node, right, next);
            }
            node = next;
        }
    }

    private void Set(int node, bool right, int value) => _nodes[node] = right ? (_nodes[node].Left, value) : (value, _nodes[node].Right);

    /// <summary>The branch of IPv4 once more at ::ffff:0:0/96, 2002::/16 and 2001::/32, as the makers' databases have it.</summary>
    private void AddAliases()
    {
        var root = 0;
        for (var bit = 0; bit < 96; bit++) root = _nodes[root].Left;
        Insert((UInt128)0xFFFF << 32, 96, root);
        Insert((UInt128)0x2002 << 112, 16, root);
        Insert((UInt128)0x2001_0000 << 96, 32, root);
    }

    private static UInt128 KeyOf(Prefix prefix)
    {
        var octets = prefix.Network.GetAddressBytes();
        return octets.Length == 16 ? BinaryPrimitives.ReadUInt128BigEndian(octets) : BinaryPrimitives.ReadUInt32BigEndian(octets);
    }

    private uint Record(int value) => value >= 0 ? (uint)value : value == Empty ? (uint)_nodes.Count : (uint)(_nodes.Count + 16 + (-2 - value));

    private void AddNode(List<byte> file, uint left, uint right)
    {
        if (recordBits == 28)
        {
            file.AddRange([(byte)(left >> 16), (byte)(left >> 8), (byte)left, (byte)((left >> 24 << 4) | (right >> 24)), (byte)(right >> 16), (byte)(right >> 8), (byte)right]);
            return;
        }
        foreach (var record in (uint[])[left, right])
            for (var shift = recordBits - 8; shift >= 0; shift -= 8) file.Add((byte)(record >> shift));
    }

    private void Encode(object value, List<byte> to, bool mayPoint = true)
    {
        switch (value)
        {
            case (string, object)[] pairs:
                Control(to, 7, pairs.Length);
                foreach (var (key, item) in pairs)
                {
                    Encode(key, to, mayPoint);
                    Encode(item, to, mayPoint);
                }
                break;
            case object[] items:
                Control(to, 11, items.Length);
                foreach (var item in items) Encode(item, to, mayPoint);
                break;
            case string text:
                var octets = Encoding.UTF8.GetBytes(text);
                if (mayPoint && _strings.TryGetValue(text, out var offset)) Pointer(to, offset);
                else
                {
                    if (mayPoint) _strings[text] = to.Count;
                    Control(to, 2, octets.Length);
                    to.AddRange(octets);
                }
                break;
            case ushort or uint or ulong:
                var number = Convert.ToUInt64(value, System.Globalization.CultureInfo.InvariantCulture);
                var length = (64 - (int)ulong.LeadingZeroCount(number) + 7) / 8;
                Control(to, value is ushort ? 5 : value is uint ? 6 : 9, length);
                for (var shift = (length - 1) * 8; shift >= 0; shift -= 8) to.Add((byte)(number >> shift));
                break;
            case double real:
                Control(to, 3, 8);
                var eight = new byte[8];
                BinaryPrimitives.WriteDoubleBigEndian(eight, real);
                to.AddRange(eight);
                break;
            case bool flag:
                Control(to, 14, flag ? 1 : 0);
                break;
            default:
                throw new ArgumentException($"no such value: {value}");
        }
    }

    private static void Pointer(List<byte> to, int offset)
    {
        if (offset < 2048) to.AddRange([(byte)(0x20 | (offset >> 8)), (byte)offset]);
        else if (offset < 526_336) to.AddRange([(byte)(0x28 | ((offset - 2048) >> 16)), (byte)((offset - 2048) >> 8), (byte)(offset - 2048)]);
        else to.AddRange([0x38, (byte)(offset >> 24), (byte)(offset >> 16), (byte)(offset >> 8), (byte)offset]);
    }

    private static void Control(List<byte> to, int kind, int size)
    {
        var first = size < 29 ? size : size < 285 ? 29 : 30;
        to.Add((byte)(kind > 7 ? first : (kind << 5) | first));
        if (kind > 7) to.Add((byte)(kind - 7));
        if (first == 29) to.Add((byte)(size - 29));
        else if (first == 30) to.AddRange([(byte)((size - 285) >> 8), (byte)(size - 285)]);
    }
}
