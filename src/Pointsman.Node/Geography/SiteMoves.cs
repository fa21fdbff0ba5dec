using System.Globalization;
using Pointsman.Lab.Worlds;
using Pointsman.Model;
using Pointsman.Node.Configuration;
using Pointsman.Policy.Decisions;
using Pointsman.Policy.Plans;
using Pointsman.Topology;
using Pointsman.Topology.Diff;

namespace Pointsman.Node.Geography;

/// <summary>
/// Which users a configuration would hand to other sites under a new edition of the tables, while all is up. The decider itself says so, for one address of each
/// range: what it answers depends on the client's class alone, so each class is asked once.
/// </summary>
internal sealed class SiteMoves
{
    private readonly Plan _old, _new;
    private readonly Dictionary<(bool IsNew, int Service, int Class), string> _sites = [];
    private readonly Dictionary<(int Service, string From, string To), double> _moves = [];
    private readonly double[] _moved;

    public SiteMoves(LoadedConfiguration configuration, Places old, Places next)
    {
        var self = configuration.Cluster.Sites[0].Id;
        _old = new ConfiguredWorld(configuration.Cluster, old).Plan(self, Circumstances.AllUp);
        _new = new ConfiguredWorld(configuration.Cluster, next).Plan(self, Circumstances.AllUp);
        _moved = new double[_new.Services.Length];
    }

    /// <summary>What was counted in all, moved or not.</summary>
    public double Total { get; private set; }

    /// <summary>Per service the part of <see cref="Total"/> that goes to other sites.</summary>
    public IEnumerable<(Service Service, double Moved)> Services => _new.Services.Select((plan, index) => (plan.Service, _moved[index]));

    /// <summary>From which sites to which, the most first.</summary>
    public IEnumerable<(string From, string To, double Moved)> Of(int service) => _moves
        .Where(move => move.Key.Service == service).OrderByDescending(move => move.Value).ThenBy(move => move.Key.From, StringComparer.Ordinal)
        .Select(move => (move.Key.From, move.Key.To, move.Value));

    /// <summary>Counts the allocated addresses of one family.</summary>
    public static SiteMoves OfAddresses(LoadedConfiguration configuration, Places old, Places next, bool isIPv6)
    {
        var moves = new SiteMoves(configuration, old, next);
        foreach (var segment in PlacesDiff.Segments(old, next, isIPv6))
        {
            if (!segment.IsAllocated) continue;
            moves.Total += segment.Addresses;
            // The same place, with the same coordinates, is in the same class.
            if (segment.Old with { Origin = null } == segment.New with { Origin = null }) continue;
            moves.Add(Client.From(segment.First), segment.Addresses, null);
        }
        return moves;
    }

    /// <summary>Counts one recorded query, by the service that it asks for; one that asks for none is no part of it.</summary>
    public void AddQuery(string? name, in Client client)
    {
        for (var service = 0; service < _new.Services.Length; service++)
        {
            // A list of clients alone asks for every service.
            if (name is not null && !string.Equals(name, _new.Services[service].Service.Name, StringComparison.OrdinalIgnoreCase)) continue;
            Add(client, 1, service);
        }
    }

    public void Count(double queries) => Total += queries;

    private void Add(in Client client, double weight, int? only)
    {
        for (var service = only ?? 0; service <= (only ?? _moved.Length - 1); service++)
        {
            var (from, to) = (SitesOf(_old, false, service, client), SitesOf(_new, true, service, client));
            if (from == to) continue;
            _moved[service] += weight;
            _moves[(service, from, to)] = _moves.GetValueOrDefault((service, from, to)) + weight;
        }
    }

    private string SitesOf(Plan plan, bool isNew, int service, in Client client)
    {
        var decision = Decider.Decide(plan, service, client, Turn.Number(0));
        if (_sites.TryGetValue((isNew, service, decision.Class), out var known)) return known;
        var explained = Decider.Explain(plan, service, client, Turn.Number(0));
        var parts = explained.Sites.Where(site => site.Share > 0).OrderByDescending(site => site.Share).ThenBy(site => site.Site.Name, StringComparer.Ordinal).ToList();
        var sites = parts.Count switch
        {
            0 => "none",
            1 => parts[0].Site.Name,
            _ => string.Join(", ", parts.Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Site.Name} {part.Share:0%}"))),
        };
        _sites.Add((isNew, service, decision.Class), sites);
        return sites;
    }
}
