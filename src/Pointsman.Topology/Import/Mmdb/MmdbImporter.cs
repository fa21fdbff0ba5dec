using System.Globalization;
using System.Runtime.CompilerServices;

namespace Pointsman.Topology.Import.Mmdb;

/// <summary>
/// Reads a MaxMind DB, country, city or systems, by walking its whole search tree once in the order of the addresses, so that its networks come out
/// sorted and disjoint. Our own reader and not the maker's: that one answers one address at a time and throws on damage; a table needs every network, from a file
/// that may have been made to hurt (decision 0100). What bounds the work: a path is as long as an address, and no more nodes are visited than a few times
/// those that there are, so that a tree whose branches meet again does not unfold into 2¹²⁸ of them.
/// </summary>
internal sealed class MmdbImporter(PlaceSource source, ReadOnlyMemory<byte> content, string digest, PlaceTable table, Mistakes mistakes)
{
    /// <summary>Twice the networks of the largest city database in use.</summary>
    private const int MaxNetworks = 16_000_000;

    /// <summary>Writers may share equal branches; one that gains more than this by it is not a geography database.</summary>
    private const int MaxVisitsPerNode = 4;

    private const int FewVisits = 1024;

    /// <summary>Records share strings by pointers, so a record reads more than it takes in the file, but not without end.</summary>
    private const int MaxValuesPerByte = 16;

    private const int IPv4Depth = 96;

    private readonly record struct Step(uint Record, UInt128 Key, int Depth);

    private readonly LeafSequence _ipv4 = new(), _ipv6 = new(), _systemsIPv4 = new(), _systemsIPv6 = new();
    private readonly Dictionary<uint, (int Place, int System)> _known = [];
    private MmdbMetadata _metadata = null!;
    private int _origin;
    private long _budget;
    private int _networks;
    private bool _hasSystems;

    public ImportedMaps Read()
    {
        if (MmdbMetadata.Read(content.Span, out var problem) is not { } metadata) return Refused($"is a MaxMind DB that {problem}");
        _metadata = metadata;
        _origin = table.AddOrigin(new TableOrigin(source.Name, metadata.Type.Length > 0 ? $"mmdb {metadata.Type}" : "mmdb", digest, metadata.Built ?? source.Date));
        _budget = MmdbReader.MaxValues + ((long)MaxValuesPerByte * (metadata.DataEnd - metadata.DataStart));
        if (Walk() is { } damage) return Refused(damage);
        if (_networks == 0) return Refused("is a MaxMind DB in which no network says where it is or whose");
        return new ImportedMaps(_ipv4.Build(), _ipv6.Build(), _networks)
        {
            Systems = _hasSystems ? (_systemsIPv4.Build(), _systemsIPv6.Build()) : null,
        };
    }

    private ImportedMaps Refused(string problem)
    {
        mistakes.Report(source.Name, 0, 0, problem);
        return ImportedMaps.Nothing;
    }

    /// <summary>Null when all went well, else what is wrong.</summary>
    [MethodImpl(LoadPath.FastAtOnce)]
    private string? Walk()
    {
        var bits = _metadata.IsIPv6 ? 128 : 32;
        var ipv4Root = _metadata.IsIPv6 ? IPv4Root() : null;
        var maxVisits = ((long)_metadata.NodeCount * MaxVisitsPerNode) + FewVisits;
        var visits = 0L;
        // One step to the right waits for each bit of the path.
        var waiting = new Stack<Step>(bits + 1);
        waiting.Push(new Step(0, UInt128.Zero, 0));
        while (waiting.TryPop(out var step))
        {
            if (step.Record == _metadata.NodeCount) continue;
            if (step.Record > _metadata.NodeCount)
            {
                if (ReadLeaf(step) is { } problem) return problem;
                continue;
            }
            // 6to4, Teredo and mapped addresses are in such trees as other ways to the branch of IPv4; look-ups unwrap these themselves.
            if (step.Record == ipv4Root && step.Key != UInt128.Zero) continue;
            if (step.Depth == bits) return $"has a path in its tree that is longer than an address, at {Network(step)}";
            if (++visits > maxVisits) return "has a tree whose branches meet again: it would unfold to more networks than there can be";
            waiting.Push(new Step(Record(step.Record, 1), step.Key | (UInt128.One << (127 - step.Depth)), step.Depth + 1));
            waiting.Push(new Step(Record(step.Record, 0), step.Key, step.Depth + 1));
        }
        return null;
    }

    private string? ReadLeaf(in Step step)
    {
        if (!_known.TryGetValue(step.Record, out var said))
        {
            if (ReadRecord(step, out said) is { } problem) return problem;
            _known.Add(step.Record, said);
        }
        if (said == default) return null;
        if (++_networks > MaxNetworks) return $"has more than {MaxNetworks} networks";
        // In a tree for both, IPv4 stands in ::/96, or in whatever shorter network all of it is.
        var isIPv4 = !_metadata.IsIPv6 || (step.Key >> (128 - IPv4Depth) == UInt128.Zero);
        if (isIPv4) Add(_ipv4, _systemsIPv4, _metadata.IsIPv6 ? step.Key << IPv4Depth : step.Key, _metadata.IsIPv6 ? Math.Max(0, step.Depth - IPv4Depth) : step.Depth, said);
        if (_metadata.IsIPv6 && (!isIPv4 || step.Depth < IPv4Depth)) Add(_ipv6, _systemsIPv6, step.Key, step.Depth, said);
        return null;
    }

    private void Add(LeafSequence places, LeafSequence systems, UInt128 first, int depth, (int Place, int System) said)
    {
        var last = first | AddressKey.HostBits(depth);
        // A record of its own for each network, so that a look-up names the network that the database has.
        if (said.Place != 0) places.Add(first, last, table.AddAgain(said.Place));
        if (said.System == NetworkMaps.None) return;
        systems.Add(first, last, said.System);
        _hasSystems = true;
    }

    private string? ReadRecord(in Step step, out (int Place, int System) said)
    {
        said = default;
        // Past the count of nodes and the separator a record's number is an offset into the data.
        var offset = (long)step.Record - _metadata.NodeCount - 16;
        var data = content.Span[_metadata.DataStart.._metadata.DataEnd];
        if (offset < 0 || offset >= data.Length) return $"points past its data at {Network(step)}";
        var reader = new MmdbReader(data, Math.Min(_budget, MmdbReader.MaxValues)) { Position = (int)offset };
        var before = reader.Budget;
        if (!MmdbRecord.TryRead(ref reader, out var record)) return $"has a record that is wrong, at {Network(step)}: {record.Problem}";
        _budget -= before - reader.Budget;
        var place = record.HasPlace
            ? table.NumberOf(new Said(record.Country, record.Country is null ? record.Continent : null, null, record.Latitude, record.Longitude, record.City, null, _origin))
            : 0;
        var system = record.System != 0 ? table.Add(new SaidSystem(record.System, record.Organisation, _origin)) : NetworkMaps.None;
        said = (place, system);
        return null;
    }

    /// <summary>The node in which IPv4 addresses begin; null when the way there ends before.</summary>
    private uint? IPv4Root()
    {
        uint node = 0;
        for (var depth = 0; depth < IPv4Depth && node < _metadata.NodeCount; depth++) node = Record(node, 0);
        return node < _metadata.NodeCount && node != 0 ? node : null;
    }

    /// <summary>
    /// One of a node's two records. With 28 bits they share the octet in the middle:
    /// <code>| left 23…0 | left 27…24, right 27…24 | right 23…0 |</code>
    /// </summary>
    private uint Record(uint node, int side)
    {
        var at = content.Span.Slice((int)(node * (uint)_metadata.NodeBytes), _metadata.NodeBytes);
        switch (_metadata.RecordBits)
        {
            case 24:
                at = at[(side * 3)..];
                return ((uint)at[0] << 16) | ((uint)at[1] << 8) | at[2];
            case 28:
                var high = side == 0 ? (uint)at[3] >> 4 : (uint)at[3] & 15;
                at = at[(side * 4)..];
                return (high << 24) | ((uint)at[0] << 16) | ((uint)at[1] << 8) | at[2];
            default:
                at = at[(side * 4)..];
                return ((uint)at[0] << 24) | ((uint)at[1] << 16) | ((uint)at[2] << 8) | at[3];
        }
    }

    private string Network(in Step step) => string.Create(CultureInfo.InvariantCulture, $"{AddressKey.ToAddress(step.Key, _metadata.IsIPv6)}/{step.Depth}");
}

/// <summary>Networks as they come, ascending and disjoint, with nothing said in the gaps between.</summary>
internal sealed class LeafSequence
{
    private readonly RangeMapBuilder _map = new();
    private UInt128 _next;
    private bool _isFull;

    public void Add(UInt128 first, UInt128 last, int record)
    {
        if (first > _next) _map.Append(_next, PlaceTable.NoRecord);
        _map.Append(first, record);
        _next = last + 1;
        _isFull = last == UInt128.MaxValue;
    }

    public RangeMap Build()
    {
        if (!_isFull) _map.Append(_next, PlaceTable.NoRecord);
        return _map.Build();
    }
}
