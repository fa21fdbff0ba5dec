using System.Collections.Immutable;
using System.Text;
using Pointsman.Model;
using Pointsman.Node.Configuration.Keys;
using Pointsman.Node.Configuration.Shapes;
using Pointsman.Topology;

namespace Pointsman.Node.Configuration;

/// <summary>
/// The geography tables of the configuration: the subscribers table [P2.4], then the databases [P2.3], over the shipped ones. They are checked whole before
/// any is used: with one that is broken or missing the configuration is refused, and what is in force stays.
/// </summary>
internal sealed class PlaceLoading
{
    /// <summary>What the subscribers table is for; databases are <c>database 0</c> and on.</summary>
    public const string SubscribersRole = "subscribers";

    private readonly List<(string Name, byte[] Bytes)> texts = [];
    private readonly Task<PlacesLoad> loading;

    private PlaceLoading(WrittenConfiguration written, NamedFiles named, LoadedConfiguration? inForce)
    {
        var tables = new List<(string Role, Written<string> File, PlaceLayer Layer)>();
        if (written.Topology.Subscribers is { } subscribers) tables.Add((SubscribersRole, subscribers, PlaceLayer.Subscribers));
        for (var i = 0; i < written.Topology.Databases.Length; i++)
            tables.Add((FormattableString.Invariant($"database {i}"), written.Topology.Databases[i], PlaceLayer.Database));
        if (inForce is not null && inForce.Places.Settings.Equals(written.Topology.Settings)
            && inForce.Sources.Tables.Select(file => (file.Role, file.Path)).SequenceEqual(tables.Select(table => (table.Role, named.Resolve(table.File.Value))))
            && named.TryCoverUnchanged(inForce.Sources.Tables))
        {
            Sources = inForce.Sources.Tables;
            loading = Task.FromResult(new PlacesLoad(inForce.Places, []) { Warnings = inForce.Places.Warnings });
            return;
        }
        var sources = new List<PlaceSource>();
        foreach (var (role, file, layer) in tables) Add(role, file, layer);
        Sources = named.CoveredFor([.. tables.Select(table => table.Role)]);
        var settings = written.Topology.Settings;
        loading = sources.Count == 0 && settings.Equals(TopologySettings.Default)
            ? Task.FromResult(new PlacesLoad(Places.Shipped, []))
            : Task.Run(() => Places.Load(sources, settings));

        void Add(string role, Written<string> file, PlaceLayer layer)
        {
            if (named.Read(role, file) is not { } bytes) return;
            var name = named.Show(named.Resolve(file.Value));
            texts.Add((name, bytes));
            sources.Add(new PlaceSource(name, layer, bytes));
        }
    }

    /// <summary>The files read, in the order of their layers.</summary>
    public ImmutableArray<ReadFile> Sources { get; }

    /// <summary>Reads the files that are named and goes on in the background with what is in them; the places in force stay when no file has changed.</summary>
    public static PlaceLoading Begin(WrittenConfiguration written, NamedFiles named, LoadedConfiguration? inForce) => new(written, named, inForce);

    /// <summary>Waits for the end. Null when a table does not load; the errors are findings then.</summary>
    public Places? Finish(WrittenConfiguration written, Findings findings)
    {
        var load = loading.GetAwaiter().GetResult();
        foreach (var (name, bytes) in texts)
            if (load.Errors.Concat(load.Warnings).Any(error => error.Source == name && error.Line > 0)) findings.AddSource(name, Encoding.UTF8.GetString(bytes));
        foreach (var error in load.Errors) findings.Error(new Mark(error.Source, error.Line, error.Column), "", error.Message);
        foreach (var odd in load.Warnings) findings.Warning(new Mark(odd.Source, odd.Line, odd.Column), "", odd.Message);
        if (load.Places is { } places) WarnOfUnknownPlaces(written, places, findings);
        return load.Places;
    }

    /// <summary>[P2.6] A site without a location stands where its VIP's address says; when that says nothing, geography cannot use it.</summary>
    private static void WarnOfUnknownPlaces(WrittenConfiguration written, Places places, Findings findings)
    {
        foreach (var site in written.Sites)
        {
            if (site.Value.Location is not null) continue;
            var vips = written.Services
                .Where(service => service.Value.Policy.Metrics.Any(metric => metric.Value is Metric.Geography or Metric.Distance))
                .SelectMany(service => service.Value.Vips.Where(entry => entry.Name == site.Name))
                .SelectMany(entry => entry.Value)
                .ToList();
            if (vips.Count > 0 && vips.All(vip => vip.Address is { } address && !places.Lookup(address.Value.Address).Place.IsKnown))
                findings.Warning(site.Mark, site.Path, "has no location, and its VIPs' addresses tell none: geography cannot place it");
        }
    }
}
