using System.Runtime.CompilerServices;
using Pointsman.Dns.Wire;

namespace Pointsman.Dns.Dynamic;

/// <summary>
/// The dynamic names and the names above them. A name that has a dynamic name below it exists too, without data (an empty non-terminal,
/// RFC 8020 §2): it is NODATA, never NXDOMAIN, and no wildcard reaches past it (RFC 4592 §2.2.2).
/// </summary>
internal sealed class DynamicNames
{
    public const int None = -1;
    public const int EmptyNonTerminal = -2;

    private static readonly DynamicNames s_none = new(new NameTable([]));

    /// <summary>A snapshot comes every second or so and mostly brings the same table: what was worked out for it lives as long as it does.</summary>
    private static readonly ConditionalWeakTable<NameTable, DynamicNames> s_known = [];

    private readonly NameTable? _all;
    private readonly int _dynamicCount;

    public static DynamicNames Of(NameTable? names) => names is null ? s_none : s_known.GetValue(names, table => new DynamicNames(table));

    private DynamicNames(NameTable names)
    {
        if (names.Count == 0) return;
        _dynamicCount = names.Count;
        var all = new List<DomainName>(names.Count * 2);
        for (var i = 0; i < names.Count; i++) all.Add(names[i]);
        for (var i = 0; i < names.Count; i++)
        {
            for (var name = names[i]; name.Labels > 0;)
            {
                name = name.Parent();
                all.Add(name);
            }
        }
        _all = new NameTable(all);
    }

    /// <summary>A dynamic name's number, <see cref="EmptyNonTerminal"/>, or <see cref="None"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(in NameView name, int skipped = 0)
    {
        if (_all is null) return None;
        var index = _all.Find(name, skipped);
        return index < _dynamicCount ? index : EmptyNonTerminal;
    }
}
