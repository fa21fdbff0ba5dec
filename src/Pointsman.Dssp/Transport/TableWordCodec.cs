using Pointsman.Model;
using static Pointsman.Dssp.Transport.WireValues;

namespace Pointsman.Dssp.Transport;

/// <summary>What a site's tables are made of, as bytes.</summary>
internal static class TableWordCodec
{
    public static void Write(TableWord? word, Wire.State wire)
    {
        if (word is null) return;
        foreach (var column in word.Columns.Take(DsspLimits.Sites)) wire.Columns.Add(new Wire.HeldColumn { Site = (uint)column.Site.Value, Incarnation = column.Incarnation, Edition = column.Edition });
        foreach (var table in word.Tables.Take(DsspLimits.Orders)) wire.Tables.Add(new Wire.TableSum { Service = (uint)table.Service.Value, Digest = table.Digest });
    }

    public static string? Fault(Wire.State state)
    {
        if (state.Columns.Count > DsspLimits.Sites || state.Tables.Count > DsspLimits.Orders) return "too many columns or tables";
        return state.Columns.All(column => IsId(column.Site)) && state.Tables.All(table => IsId(table.Service)) ? null : "an impossible column or table";
    }

    public static TableWord? Read(Wire.State wire) => wire.Columns.Count == 0 ? null : new TableWord(
        [.. wire.Columns.Select(column => new HeldColumn(new SiteId((int)column.Site), column.Incarnation, column.Edition))],
        [.. wire.Tables.Select(table => new TableSum(new ServiceId((int)table.Service), table.Digest))]);
}
