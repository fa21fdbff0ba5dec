using System.Diagnostics;
using Pointsman.Wan.Network;
using Pointsman.Wan.Queries;

namespace Pointsman.Wan.Cluster;

/// <summary>
/// A whole cluster on a network of its own: sites with nodes, servers and disks, and two places of clients that ask every node all the time. What is done to it goes through
/// here or through its sites, so that the <see cref="Truth"/> knows of it.
/// </summary>
/// <remarks>Places: the sites in their order, then the clients of the west, then those of the east. A partition cuts the clients off from the far side too: a
/// client that could still use what its name server cannot reach would be no partition but one cut link.</remarks>
public sealed class Laboratory : IAsyncDisposable
{
    /// <summary>Where all nodes listen for DSSP.</summary>
    public const int DsspPort = LabFiles.DsspPort;

    private static readonly TimeSpan s_lookAgain = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_startPatience = TimeSpan.FromSeconds(60);
    private readonly string folder;
    private readonly List<NetworkNamespace> places = [];
    private readonly List<QueryStream> streams = [];
    private readonly Lock noting = new();

    private Laboratory(LaboratorySettings settings, string folder) => (Settings, this.folder) = (settings, folder);

    public LaboratorySettings Settings { get; }
    public WideAreaNetwork Network { get; private set; } = null!;
    public IReadOnlyList<LabSite> Sites { get; private set; } = [];
    public Ledger Ledger { get; } = new();
    public Truth Truth { get; } = new();

    /// <summary>Names of the places of clients; the index is the client's number.</summary>
    public IReadOnlyList<string> Clients { get; } = ["west", "east"];

    public LabSite this[string name] => Sites.Single(site => site.Name == name);

    /// <summary>The place of a client, for <see cref="Network"/>.</summary>
    public int PlaceOfClient(int client) => Settings.Sites.Count + 1 + client;

    public NetworkNamespace NamespaceOfClient(int client) => places[PlaceOfClient(client) - 1];

    /// <summary>The sites of the west, and those of the east.</summary>
    public (int[] West, int[] East) Halves => ([.. Sites.Take(Sites.Count / 2).Select(site => site.Place)], [.. Sites.Skip(Sites.Count / 2).Select(site => site.Place)]);

    /// <param name="program">The built <c>pointsman</c>.</param>
    /// <param name="settings"></param>
    /// <exception cref="WanUnavailableException">No laboratory can be built here.</exception>
    public static async Task<Laboratory> StartAsync(string program, LaboratorySettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (WanSupport.WhyNot is { } why) throw new WanUnavailableException(why);
        if (WanSupport.PathOf("nginx") is null) throw new WanUnavailableException("nginx is not installed");
        var laboratory = new Laboratory(settings, Directory.CreateTempSubdirectory("pointsman-lab-").FullName);
        try
        {
            await laboratory.BuildAsync(program);
            return laboratory;
        }
        catch (Exception)
        {
            await laboratory.DisposeAsync();
            throw;
        }
    }

    private async Task BuildAsync(string program)
    {
        foreach (var name in Settings.Sites.Concat(Clients)) places.Add(new NetworkNamespace(name));
        Network = new WideAreaNetwork(places);
        for (var from = 1; from <= places.Count; from++)
        {
            for (var to = 1; to <= places.Count; to++)
            {
                if (from != to) Network.Link(from, to).Settings = new LinkSettings { Delay = Settings.Delay, Jitter = Settings.Delay / 10 };
            }
        }

        LabFiles.Write(folder, program, Settings);
        Sites = [.. Settings.Sites.Index().Select(site => new LabSite(this, site.Item, site.Index + 1, places[site.Index], folder, program))];
        foreach (var site in Sites)
        {
            Network.AddHost(site.Place, LabFiles.WwwHost);
            Network.AddHost(site.Place, LabFiles.FilesHost);
            await site.DiskReadyAsync();
            site.StartServers();
            site.StartNode();
        }

        foreach (var site in Sites) await site.ReadyAsync();
        await AgreedAsync(s_startPatience);
        for (var client = 0; client < Clients.Count; client++) streams.Add(new QueryStream(NamespaceOfClient(client), client, Sites, Settings.Rate, Ledger));
    }

    /// <summary>Changes both directions between every pair of the one and the other group of places.</summary>
    public void ChangeBetween(IEnumerable<int> some, IEnumerable<int> others, Func<LinkSettings, LinkSettings> change)
    {
        var far = others.ToArray();
        foreach (var one in some)
        {
            foreach (var other in far.Where(other => other != one)) Network.ChangeBoth(one, other, change);
        }

        NoteTruth();
    }

    /// <summary>Changes one direction.</summary>
    public void Change(int from, int to, Func<LinkSettings, LinkSettings> change)
    {
        Network.Change(from, to, change);
        NoteTruth();
    }

    /// <summary>Changes all that a site has with anybody, both ways.</summary>
    public void ChangeAllOf(int place, Func<LinkSettings, LinkSettings> change) => ChangeBetween([place], Enumerable.Range(1, places.Count), change);

    /// <summary>All links as at the start.</summary>
    public void HealLinks()
    {
        for (var place = 1; place <= places.Count; place++) ChangeAllOf(place, _ => new LinkSettings { Delay = Settings.Delay, Jitter = Settings.Delay / 10 });
    }

    /// <summary>Waits until every node ranks every site, and all hold the same table of every service: the state before and after every fault.</summary>
    public async Task AgreedAsync(TimeSpan deadline)
    {
        var said = "";
        await UntilAsync(async () =>
        {
            foreach (var service in LabServices.Names)
            {
                var tables = await Task.WhenAll(Sites.Select(site => site.TableAsync(service)));
                said = string.Join('\n', tables.Select(table => table?.ToString() ?? "no answer"));
                if (tables.Any(table => table is null || table.Weights.Values.Any(weight => weight == 0)) || tables.Select(table => table!.Digest).Distinct().Count() != 1) return false;
                var seen = await Task.WhenAll(Sites.Select(site => site.SeenAsync(service)));
                if (seen.Any(view => view is null || view.Values.Any(state => state != "up"))) return false;
            }

            return true;
        }, "all nodes hold the same tables with all sites in them", deadline, () => said);
    }

    /// <summary>Looks twenty times a second until <paramref name="holds"/>; running out says what was so instead.</summary>
    public static async Task UntilAsync(Func<Task<bool>> holds, string what, TimeSpan deadline, Func<string>? instead = null)
    {
        ArgumentNullException.ThrowIfNull(holds);
        var began = Stopwatch.GetTimestamp();
        while (!await holds())
        {
            if (Stopwatch.GetElapsedTime(began) > deadline) throw new TimeoutException($"not so within {deadline.TotalSeconds:0.#} s: {what}\n{instead?.Invoke()}");
            await Task.Delay(s_lookAgain);
        }
    }

    /// <summary>Writes down what is so now; called after everything that changes it.</summary>
    internal void NoteTruth()
    {
        lock (noting)
        {
            for (var client = 0; client < Clients.Count; client++)
            {
                foreach (var site in Sites)
                {
                    var (there, back) = (Network.Link(PlaceOfClient(client), site.Place).Settings, Network.Link(site.Place, PlaceOfClient(client)).Settings);
                    var reached = !there.Cut && !back.Cut;
                    var nodeWorks = site is { HasNode: true, IsFrozen: false };
                    Truth.Usable(client, LabServices.Www, site.Place, reached && nodeWorks && site.IsFronting && site.HasServers);
                    Truth.Usable(client, LabServices.Files, site.Place, reached && site.HasServers);
                    Truth.Unhindered(client, site.Place, reached && nodeWorks && site.IsReady && there.Loss == 0 && back.Loss == 0);
                }
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        foreach (var stream in streams) stream.Dispose();
        foreach (var site in Sites) site.Dispose();
        Network?.Dispose();
        foreach (var place in places) place.Dispose();
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
