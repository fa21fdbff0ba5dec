using System.Globalization;
using System.Text.Json.Nodes;
using Pointsman.Node.Commands;
using Pointsman.Node.Output;
using Pointsman.Topology;
using Pointsman.Topology.Diff;

namespace Pointsman.Node.Geography;

/// <param name="Sites">Null when no configuration is given.</param>
internal sealed record FamilyMoves(string Family, FamilyDiff Addresses, SiteMoves? Sites);

/// <summary>What <c>topology diff</c> prints: once as data, once for people.</summary>
internal sealed record DiffReport(
    string OldFile, string NewFile, Editions Editions, IReadOnlyList<FamilyMoves> Families, QueryMoves? Queries, SiteMoves? QueriedSites, int Top, double Kilometres)
{
    public JsonObject ToJson()
    {
        var data = new JsonObject { ["old"] = Sources(Editions.Old), ["new"] = Sources(Editions.New) };
        foreach (var (family, diff, sites) in Families)
        {
            data[family.ToLowerInvariant()] = new JsonObject
            {
                ["shareOfAllocated"] = diff.ShareOfAllocated,
                ["shareOfAll"] = diff.ShareOfAll,
                ["addresses"] = diff.ChangedOfAllocated,
                ["moved"] = new JsonObject { ["kilometres"] = Kilometres, ["shareOfAllocated"] = diff.Allocated == 0 ? 0 : diff.Moved / diff.Allocated },
                ["pairs"] = new JsonArray([.. diff.Pairs.Take(Top).Select(pair => JsonText.Of(new { pair.From, pair.To, shareOfAllocated = pair.Addresses / diff.Allocated, pair.Addresses }))]),
                ["prefixes"] = new JsonArray([.. diff.Largest.Select(change => JsonText.Of(new { prefix = change.Prefix.ToString(), change.From, change.To }))]),
                ["services"] = Services(sites),
            };
        }
        if (Queries is not null)
        {
            data["queries"] = new JsonObject
            {
                ["queries"] = Queries.Queries,
                ["changed"] = Queries.Changed,
                ["share"] = Queries.Share,
                ["pairs"] = new JsonArray([.. Queries.Pairs.Take(Top).Select(pair => JsonText.Of(new { pair.From, pair.To, pair.Queries }))]),
                ["services"] = Services(QueriedSites),
            };
        }
        return data;
    }

    public void Write(TextWriter writer, Palette palette)
    {
        var shares = new Table("", "OF ALLOCATED", "OF ALL", "ADDRESSES", FormattableString.Invariant($"MOVED {Kilometres:0} KM OR MORE"));
        foreach (var (family, diff, _) in Families)
            shares.Row(family, Share(diff.ShareOfAllocated), Share(diff.ShareOfAll), Number(diff.ChangedOfAllocated), Share(diff.Allocated == 0 ? 0 : diff.Moved / diff.Allocated));
        shares.Write(writer, palette);
        foreach (var (family, diff, sites) in Families)
        {
            if (diff.ChangedOfAllocated > 0)
            {
                writer.WriteLine();
                var pairs = new Table(family + " FROM", "TO", "OF ALLOCATED", "ADDRESSES");
                foreach (var (from, to, addresses) in diff.Pairs.Take(Top)) pairs.Row(from, to, Share(addresses / diff.Allocated), Number(addresses));
                pairs.Write(writer, palette);
                writer.WriteLine();
                var prefixes = new Table("LARGEST PREFIX", "FROM", "TO");
                foreach (var (prefix, from, to) in diff.Largest) prefixes.Row(prefix.ToString(), from, to);
                prefixes.Write(writer, palette);
            }
            if (sites is not null) WriteSites(writer, palette, sites, $"of the allocated {family} addresses go to other sites");
        }
        if (Queries is null) return;
        writer.WriteLine();
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Share(Queries.Share)} of {Queries.Queries} recorded queries come from users who would be in another country or region"));
        if (Queries.Changed > 0)
        {
            var pairs = new Table("QUERIES FROM", "TO", "QUERIES");
            foreach (var (from, to, queries) in Queries.Pairs.Take(Top)) pairs.Row(from, to, queries.ToString(CultureInfo.InvariantCulture));
            pairs.Write(writer, palette);
        }
        if (QueriedSites is not null) WriteSites(writer, palette, QueriedSites, "of the recorded queries go to other sites");
    }

    private void WriteSites(TextWriter writer, Palette palette, SiteMoves moves, string what)
    {
        foreach (var ((service, moved), index) in moves.Services.Select((one, index) => (one, index)))
        {
            writer.WriteLine();
            writer.WriteLine($"{service.Name}: {Share(moves.Total == 0 ? 0 : moved / moves.Total)} {what}");
            if (moved == 0) continue;
            var table = new Table("SITES NOW", "SITES THEN", "SHARE");
            foreach (var (from, to, part) in moves.Of(index).Take(Top)) table.Row(from, to, Share(part / moves.Total));
            table.Write(writer, palette);
        }
    }

    private JsonArray? Services(SiteMoves? moves) => moves is null ? null : new JsonArray([.. moves.Services.Select((one, index) => JsonText.Of(new
    {
        service = one.Service.Name,
        share = moves.Total == 0 ? 0 : one.Moved / moves.Total,
        moves = moves.Of(index).Take(Top).Select(move => new { move.From, move.To, share = move.Moved / moves.Total }).ToList(),
    }))]);

    private static JsonArray Sources(Places places) =>
        new([.. places.Tables.Where(table => table.Layer is PlaceLayer.Subscribers or PlaceLayer.Database).Select(table => TopologyLookupCommand.Provenance(table.Origin))]);

    private static string Share(double share) => share.ToString(share is > 0 and < 0.0001 ? "0.######%" : "0.##%", CultureInfo.InvariantCulture).Replace("%", " %", StringComparison.Ordinal);

    private static string Number(double addresses) => addresses < 1e12 ? addresses.ToString("0", CultureInfo.InvariantCulture) : addresses.ToString("0.00e0", CultureInfo.InvariantCulture);
}
