using System.Text;
using Pointsman.Model;
using Pointsman.Node.Configuration.Keys;
using Pointsman.Node.Configuration.Shapes;
using Pointsman.Topology;

namespace Pointsman.Node.Configuration;

/// <summary>The geography tables of the configuration: the subscribers table [P2.4], then the databases [P2.3], over the shipped ones.</summary>
internal static class PlaceLoading
{
    /// <summary>Null when a table does not load; the errors are findings then.</summary>
    public static Places? Load(WrittenConfiguration written, NamedFiles named, Findings findings)
    {
        var sources = new List<PlaceSource>();
        var texts = new List<(string Name, byte[] Bytes)>();
        if (written.Topology.Subscribers is { } subscribers) Add("subscribers", subscribers, PlaceLayer.Subscribers);
        for (var i = 0; i < written.Topology.Databases.Length; i++)
            Add(FormattableString.Invariant($"database {i}"), written.Topology.Databases[i], PlaceLayer.Database);
        var load = sources.Count == 0 ? new PlacesLoad(Places.Shipped, []) : Places.Load(sources);
        foreach (var (name, bytes) in texts)
            if (load.Errors.Any(error => error.Source == name)) findings.AddSource(name, Encoding.UTF8.GetString(bytes));
        foreach (var error in load.Errors) findings.Error(new Mark(error.Source, error.Line, error.Column), "", error.Message);
        if (load.Places is { } places) WarnOfUnknownPlaces(written, places, findings);
        return load.Places;

        void Add(string role, Written<string> file, PlaceLayer layer)
        {
            if (named.Read(role, file) is not { } bytes) return;
            var name = named.Show(named.Resolve(file.Value));
            texts.Add((name, bytes));
            sources.Add(new PlaceSource(name, layer, new StreamReader(new MemoryStream(bytes), Encoding.UTF8)));
        }
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
